package dev.tidemark.retrieval.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.testing.Seed;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PgOutputDecoderTest {

    private static PgOutputMessage decode(PgOutputBytes bytes) throws MalformedPgOutputException {
        return new PgOutputDecoder().decode(bytes.toBuffer());
    }

    @Test
    void messages_areReadAsDocumented() throws Exception {
        assertThat(decode(PgOutputBytes.begin(-5))).isEqualTo(new PgOutputMessage.Begin(-5));
        assertThat(decode(PgOutputBytes.commit(0x200)))
                .isEqualTo(new PgOutputMessage.Commit(new Lsn(0x200)));
        assertThat(decode(PgOutputBytes.relation(null, 7, "film", 'd', "*id", "title")))
                .isEqualTo(
                        new PgOutputMessage.Relation(
                                7,
                                "public",
                                "film",
                                'd',
                                List.of(
                                        new PgOutputMessage.Relation.Column("id", true),
                                        new PgOutputMessage.Relation.Column("title", false))));
        assertThat(decode(PgOutputBytes.streamStart(9, true)))
                .isEqualTo(new PgOutputMessage.StreamStart(9, true));
        assertThat(decode(PgOutputBytes.streamCommit(9, 0x300)))
                .isEqualTo(new PgOutputMessage.StreamCommit(9, new Lsn(0x300)));
        assertThat(decode(PgOutputBytes.streamAbort(9, 10)))
                .isEqualTo(new PgOutputMessage.StreamAbort(9, 10));
        assertThat(decode(new PgOutputBytes().kind('T').int32(2).int8(3).int32(7).int32(8)))
                .isEqualTo(new PgOutputMessage.Truncate(List.of(7, 8)));
        assertThat(decode(new PgOutputBytes().kind('O').int64(1).text("elsewhere")))
                .isEqualTo(new PgOutputMessage.Origin("elsewhere"));
        assertThat(decode(new PgOutputBytes().kind('Y').int32(3).text("public").text("mood")))
                .isEqualTo(new PgOutputMessage.Type(3));
    }

    @Test
    void values_areTextOrNothing() throws Exception {
        PgOutputMessage message =
                decode(PgOutputBytes.insert(null, 7, "ö", null, PgOutputBytes.UNCHANGED, ""));
        assertThat(message)
                .isInstanceOfSatisfying(
                        PgOutputMessage.Insert.class,
                        insert -> {
                            assertThat(insert.row().columns()).isEqualTo(4);
                            assertThat(insert.row().text(0)).contains("ö");
                            assertThat(insert.row().text(1)).isEmpty();
                            assertThat(insert.row().text(2)).isEmpty();
                            assertThat(insert.row().text(3)).contains("");
                            assertThat(insert.row().text(4)).isEmpty();
                        });
    }

    @Test
    void changesInAStream_haveAnXidInFront() throws Exception {
        PgOutputDecoder decoder = new PgOutputDecoder();
        decoder.decode(PgOutputBytes.streamStart(9, true).toBuffer());
        assertThat(decoder.decode(PgOutputBytes.insert(10, 7, "1").toBuffer()))
                .isInstanceOfSatisfying(
                        PgOutputMessage.Insert.class,
                        insert -> assertThat(insert.relation()).isEqualTo(7));
        decoder.decode(PgOutputBytes.streamStop().toBuffer());
        assertThat(decoder.decode(PgOutputBytes.insert(null, 7, "1").toBuffer()))
                .isInstanceOf(PgOutputMessage.Insert.class);
    }

    @Test
    void everyMessageCutShort_isRefused() {
        for (byte[] message : samples()) {
            for (int length = 0; length < message.length; length++) {
                ByteBuffer cut = ByteBuffer.wrap(message, 0, length);
                assertThatThrownBy(() -> new PgOutputDecoder().decode(cut))
                        .isInstanceOf(MalformedPgOutputException.class);
            }
            ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(message, message.length + 1));
            assertThatThrownBy(() -> new PgOutputDecoder().decode(longer))
                    .isInstanceOf(MalformedPgOutputException.class);
        }
    }

    private static List<byte[]> samples() {
        return List.of(
                PgOutputBytes.begin(5).toBytes(),
                PgOutputBytes.relation(null, 7, "film", 'd', "*id", "title").toBytes(),
                PgOutputBytes.insert(null, 7, "1", "a").toBytes(),
                PgOutputBytes.change('U', null)
                        .int32(7)
                        .kind('K')
                        .tuple("1", null)
                        .kind('N')
                        .tuple("2", PgOutputBytes.UNCHANGED)
                        .toBytes(),
                PgOutputBytes.change('D', null).int32(7).kind('O').tuple("2", "x").toBytes(),
                PgOutputBytes.message("tidemark.row", "public.film:1").toBytes(),
                new PgOutputBytes().kind('T').int32(1).int8(0).int32(7).toBytes(),
                PgOutputBytes.commit(0x200).toBytes());
    }

    private static List<byte[]> streamedSamples() {
        return List.of(
                PgOutputBytes.streamStart(9, true).toBytes(),
                PgOutputBytes.relation(9, 8, "big", 'd', "*id").toBytes(),
                PgOutputBytes.insert(10, 8, "1").toBytes(),
                PgOutputBytes.streamStop().toBytes(),
                PgOutputBytes.streamAbort(9, 10).toBytes(),
                PgOutputBytes.streamCommit(9, 0x300).toBytes());
    }

    /** Decoder and assembler together: a message or the one exception, whatever the bytes are. */
    @Test
    void noInput_crashes(@Seed SplittableRandom random) throws SQLException {
        List<byte[]> samples = new ArrayList<>(samples());
        samples.addAll(streamedSamples());
        int understood = 0;
        for (int run = 0; run < 3000; run++) {
            PgOutputDecoder decoder = new PgOutputDecoder();
            TransactionAssembler assembler = new TransactionAssembler(_ -> List.of("id"));
            for (int i = 0; i < 2 * samples.size(); i++) {
                byte[] message =
                        random.nextInt(4) > 0
                                ? samples.get(i % samples.size())
                                : mutated(samples.get(random.nextInt(samples.size())), random);
                try {
                    assembler.accept(decoder.decode(ByteBuffer.wrap(message)));
                    understood++;
                } catch (MalformedPgOutputException e) {
                    if (random.nextBoolean()) {
                        break; // as a session does; or go on, to get into stranger states
                    }
                }
            }
        }
        assertThat(understood).isPositive();
    }

    private static byte[] mutated(byte[] message, SplittableRandom random) {
        byte[] bytes = message.clone();
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(2 * bytes.length));
            case 2 -> {
                bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
            }
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return bytes;
    }
}
