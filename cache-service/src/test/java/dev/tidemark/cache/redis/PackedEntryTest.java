package dev.tidemark.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.cache.entry.Entries;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.EntryCodec;
import dev.tidemark.common.wire.MalformedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedEntryTest {

    /** As PostgreSQL prints one. */
    static final byte[] ROW =
            """
            {"customer_id":1042,"store_id":1,"first_name":"MARY","last_name":"SMITH",\
            "email":"MARY.SMITH@example.com","address_id":5,"active":true,\
            "created_at":"2026-02-14T08:15:30.123456+00:00",\
            "updated_at":"2026-02-15T09:57:20.654321+00:00","notes":null}\
            """
                    .getBytes(UTF_8);

    private static final Answer ANSWER = Entries.answer(7).withBody(ROW, BodyEncoding.IDENTITY);

    private static final byte[] ENTRY = EntryCodec.encode(ANSWER);

    @Test
    void packed_isSmaller_andTheSameAgain() throws MalformedException {
        byte[] packed = PackedEntry.pack(ENTRY);

        assertThat(packed).hasSizeLessThan(ENTRY.length * 3 / 4);
        assertThat(PackedEntry.unpack(packed)).isEqualTo(ENTRY);
    }

    /** For the scripts. */
    @Test
    void header_staysAsItIs_butForTheFormat() {
        byte[] packed = PackedEntry.pack(ENTRY);

        assertThat(packed[0]).isEqualTo((byte) 2);
        assertThat(Arrays.copyOfRange(packed, 1, 56)).isEqualTo(Arrays.copyOfRange(ENTRY, 1, 56));
    }

    @Test
    void whatDoesNotGetSmaller_staysAsItIs() throws MalformedException {
        byte[] noise = new byte[2000];
        new Random(1).nextBytes(noise);
        byte[] entry = EntryCodec.encode(Entries.answer(7).withBody(noise, BodyEncoding.IDENTITY));

        assertThat(PackedEntry.pack(entry)).isSameAs(entry);
        assertThat(PackedEntry.unpack(entry)).isSameAs(entry);
    }

    @Test
    void largeEntry_isTheSameAgain() throws MalformedException {
        byte[] entry =
                EntryCodec.encode(
                        Entries.answer(7)
                                .withBody(new byte[Answer.BODY_BYTES_MAX], BodyEncoding.IDENTITY));
        assertThat(PackedEntry.unpack(PackedEntry.pack(entry))).isEqualTo(entry);
    }

    /** What was packed before an update of the service, and by another zlib, is read after it. */
    @Test
    void format_isPinned() throws MalformedException {
        String packed =
                """
                020100c80000ea600036ee8000000000000000000000000700000000000000000000000000000000\
                000000000000000000000000000000000000011c6360fad65fb1ed5689ce87724df75b0bfe2d6166\
                60844a322b992b3100c1976aa5e4d2e292fcdcd422b09586062646a070ce2f4a85f07594d2328b8a\
                4be2216e54f2750c8a04fa2227112114eceb19e281140d20257a604187d48ac4dc829c54bde4fc5c\
                505ca4a414a5161783cd35450f722c416ca46b681262606165686a656ca06768646c626a86338821\
                ea4d430c2cad4ccdad8c0cf4cc4c4d8c8d0ce1eaf3f24b528b21815c7b21ba320c00\
                """;
        assertThat(PackedEntry.unpack(HexFormat.of().parseHex(packed))).isEqualTo(ENTRY);
    }

    @Test
    void damage_isNoticed_whereverItIs() {
        byte[] packed = PackedEntry.pack(ENTRY);
        for (int bit = 8; bit < 8 * packed.length; bit++) {
            byte[] changed = packed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            // Some bits fill up the last byte.
            assertThat(read(changed)).as("bit %d", bit).isIn(Optional.empty(), Optional.of(ANSWER));
        }
        for (int length = 1; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> PackedEntry.unpack(cut))
                    .as("the first %d bytes", length)
                    .isInstanceOf(MalformedException.class);
        }
    }

    private static Optional<Answer> read(byte[] stored) {
        try {
            return Optional.of(EntryCodec.decode(ByteBuffer.wrap(PackedEntry.unpack(stored))));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
