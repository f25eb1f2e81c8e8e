package dev.tidemark.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryCodecTest {

    static final Answer ANSWER =
            new Answer(
                    200,
                    List.of(new HeaderField("ETag", "\"x\"")),
                    "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                    new Version(0x1122334455L),
                    Lsn.parse("1/2"),
                    Tags.ofHashes(7, -1),
                    new Policy(
                            Duration.ofSeconds(60),
                            Duration.ofHours(1),
                            Duration.ofSeconds(5),
                            true),
                    new DatabaseIdentity(9, 3, 0xffff_ffffL, 8),
                    true);

    /** Entries outlive the process that wrote them: these bytes are format 1, for ever. */
    @Test
    void format1_isPinned() {
        String bytes =
                """
                01 03 00c8 0000ea60 0036ee80 00001388
                0000001122334455 0000000100000002
                0000000000000009 00000003 ffffffff 0000000000000008
                0002 ffffffffffffffff 0000000000000007
                0001 0004 45546167 0003 227822
                00 00000007 7b2261223a317d
                27a27607
                """
                        .replaceAll("\\s", "");

        assertThat(HexFormat.of().formatHex(EntryCodec.encode(ANSWER))).isEqualTo(bytes);
    }

    /** The same body, packed: as literal bytes, since compressors differ. */
    private static final Answer PACKED =
            ANSWER.withBody(
                    HexFormat.of()
                            .parseHex("1f8b0800000000000203ab564a54b232ac0500afac1b5607000000"),
                    BodyEncoding.GZIP);

    @Test
    void format1_withAGzipBody_isPinned() throws MalformedException {
        String bytes =
                """
                01 03 00c8 0000ea60 0036ee80 00001388
                0000001122334455 0000000100000002
                0000000000000009 00000003 ffffffff 0000000000000008
                0002 ffffffffffffffff 0000000000000007
                0001 0004 45546167 0003 227822
                01 0000001b 1f8b0800000000000203ab564a54b232ac0500afac1b5607000000
                4effb34b
                """
                        .replaceAll("\\s", "");

        assertThat(HexFormat.of().formatHex(EntryCodec.encode(PACKED))).isEqualTo(bytes);
        assertThat(EntryCodec.decode(ByteBuffer.wrap(EntryCodec.encode(PACKED)))).isEqualTo(PACKED);
        assertThat(PACKED).isNotEqualTo(ANSWER);
        assertThat(PACKED.identityBytes()).isEqualTo(ANSWER.identityBytes()).isEqualTo(7);
    }

    /** The same answer under a policy that format 1 has no room for, and with its fetch's time. */
    private static final Answer LENIENT =
            ANSWER.with(
                    new Policy(
                            Duration.ofSeconds(60),
                            Duration.ofHours(1),
                            Duration.ofSeconds(5),
                            true,
                            Duration.ofSeconds(10),
                            Duration.ofMinutes(5)),
                    Duration.ofNanos(1_234_000));

    @Test
    void whatCameLater_isOneMoreFieldOfFormat1() throws MalformedException {
        byte[] entry = EntryCodec.encode(LENIENT);

        assertThat(EntryCodec.decode(ByteBuffer.wrap(entry))).isEqualTo(LENIENT);
        assertThat(LENIENT).isNotEqualTo(ANSWER);
        assertThat(fieldsAsTheVersionBeforeReadThem(entry))
                .containsExactly(
                        new HeaderField("ETag", "\"x\""),
                        new HeaderField("Tidemark-Internal-Leeway", "10000 300000 1234"));
    }

    @Test
    void whatALaterVersionAddsToIt_isLeftAside() {
        assertThat(Leeway.parse("10000 300000 1234 more").staleWhileRevalidate()).hasSeconds(10);
        assertThat(Leeway.parse("")).isEqualTo(Leeway.DEFAULT);
        assertThat(Leeway.parse("1 2 x")).isEqualTo(Leeway.DEFAULT);
        assertThat(Leeway.parse("1 2 -3")).isEqualTo(Leeway.DEFAULT);
        assertThat(Leeway.parse("1 9223372036854775807 3")).isEqualTo(Leeway.DEFAULT);
    }

    /** Its decoder, and nothing of what this version knows: it carries every field along. */
    private static List<HeaderField> fieldsAsTheVersionBeforeReadThem(byte[] entry)
            throws MalformedException {
        WireReader in = new WireReader(ByteBuffer.wrap(entry, 0, entry.length - 4));
        in.format(1);
        in.u8();
        in.u16();
        in.u32();
        in.u32();
        in.u32();
        in.u64();
        in.u64();
        in.identity();
        in.tags(in.u16());
        List<HeaderField> fields = new java.util.ArrayList<>();
        for (int left = in.u16(); left > 0; left--) {
            fields.add(new HeaderField(in.text(), in.text()));
        }
        in.u8();
        assertThat(in.bytes()).isEqualTo(ANSWER.body());
        in.end();
        return fields;
    }

    @Test
    void gzipBody_thatCannotBeOne_isMalformed() {
        byte[] tooLong = PACKED.body().clone();
        tooLong[tooLong.length - 1] = 1;
        for (byte[] body : List.of(new byte[17], tooLong)) {
            assertThatThrownBy(() -> ANSWER.withBody(body, BodyEncoding.GZIP))
                    .isInstanceOf(IllegalArgumentException.class);
            byte[] entry = EntryCodec.encode(ANSWER.withBody(body, BodyEncoding.IDENTITY));
            entry[entry.length - 4 - body.length - 5] = 1;
            sign(entry);
            assertThatThrownBy(() -> EntryCodec.decode(ByteBuffer.wrap(entry)))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("gzip");
        }
    }

    private static void sign(byte[] entry) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(entry, 0, entry.length - 4);
        ByteBuffer.wrap(entry).putInt(entry.length - 4, (int) crc.getValue());
    }

    @Test
    void entry_survivesItsBytes() throws MalformedException {
        assertThat(EntryCodec.decode(ByteBuffer.wrap(EntryCodec.encode(ANSWER)))).isEqualTo(ANSWER);
    }

    @Test
    void entryInsideOfALargerBuffer_isReadFromItsPosition() throws MalformedException {
        byte[] entry = EntryCodec.encode(ANSWER);
        ByteBuffer larger = ByteBuffer.allocate(entry.length + 20);
        larger.position(10).put(entry).position(10).limit(10 + entry.length);

        assertThat(EntryCodec.decode(larger)).isEqualTo(ANSWER);
    }

    @Test
    void anyChangedByte_isNoticed() {
        byte[] entry = EntryCodec.encode(ANSWER);
        for (int i = 0; i < entry.length; i++) {
            byte[] changed = entry.clone();
            changed[i] ^= 0x10;
            assertThatThrownBy(() -> EntryCodec.decode(ByteBuffer.wrap(changed)))
                    .as("byte %d", i)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void anyCutEntry_isNoticed() {
        byte[] entry = EntryCodec.encode(ANSWER);
        for (int length = 0; length < entry.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(entry, 0, length);
            assertThatThrownBy(() -> EntryCodec.decode(cut)).isInstanceOf(MalformedException.class);
        }
    }

    /** The checksum is no secret: bytes that fit it may still say anything. */
    @Test
    void noBytes_crashTheDecoders() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] valid = EntryCodec.encode(ANSWER);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = valid.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            sign(bytes);
            try {
                EntryCodec.decode(ByteBuffer.wrap(bytes));
            } catch (MalformedException expected) {
                // refused, as it should be
            } catch (RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed + ", run " + i, e);
            }
        }
    }
}
