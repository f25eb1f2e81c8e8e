package dev.tidemark.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LookupCodecTest {

    private static final CacheKey KEY = new CacheKey(0x0123456789abcdefL, -2);
    private static final Lease LEASE = new Lease(KEY, "p", 77);
    private static final LookupOutcome.Stored STORED =
            new LookupOutcome.Stored(EntryCodecTest.ANSWER, Duration.ofMillis(1234));

    @Test
    void batches_surviveTheirBytes() throws MalformedException {
        List<Lookup> batch =
                List.of(
                        new Lookup(
                                KEY,
                                "",
                                Lsn.UNKNOWN,
                                List.of(),
                                Version.UNKNOWN,
                                Duration.ofSeconds(5)),
                        new Lookup(
                                KEY,
                                "tenant",
                                new Lsn(5),
                                List.of(new Lsn(-1), new Lsn(2)),
                                new Version(9),
                                Duration.ofMillis(1)));

        assertThat(LookupCodec.decodeBatch(ByteBuffer.wrap(LookupCodec.encodeBatch(batch))))
                .isEqualTo(batch);
    }

    @Test
    void outcomes_surviveTheirBytes() throws MalformedException {
        for (LookupOutcome outcome :
                List.of(
                        new LookupOutcome.Hit(STORED),
                        new LookupOutcome.Leased(LEASE, Optional.empty()),
                        new LookupOutcome.Leased(LEASE, Optional.of(STORED)),
                        new LookupOutcome.Awaited(Duration.ofMillis(9), Optional.empty()),
                        new LookupOutcome.Awaited(Duration.ofMillis(9), Optional.of(STORED)),
                        new LookupOutcome.Uncacheable(),
                        new LookupOutcome.Unavailable())) {
            LookupCodec.Frame frame = new LookupCodec.Frame(3, outcome);
            ByteBuffer bytes = ByteBuffer.wrap(LookupCodec.encodeFrame(frame));

            assertThat(bytes.getInt()).isEqualTo(bytes.remaining());
            assertThat(LookupCodec.decodeFrame(bytes)).isEqualTo(frame);
        }
    }

    @Test
    void fillsAndReleases_surviveTheirBytes() throws MalformedException {
        Fill fill = new Fill(LEASE, EntryCodecTest.ANSWER, Duration.ofMillis(3));

        assertThat(LookupCodec.decodeFill(ByteBuffer.wrap(LookupCodec.encodeFill(fill))))
                .isEqualTo(fill);
        for (Release.Why why : Release.Why.values()) {
            Release release = new Release(LEASE, why);
            ByteBuffer bytes = ByteBuffer.wrap(LookupCodec.encodeRelease(release));
            assertThat(LookupCodec.decodeRelease(bytes)).isEqualTo(release);
        }
    }

    /** The version before this one knew 0 and 1, and took all else for 0. */
    @Test
    void releases_endWithACodeThatTheVersionBeforeKnowsOrTakesForUnused()
            throws MalformedException {
        assertThat(lastByte(Release.Why.UNUSED)).isEqualTo((byte) 0);
        assertThat(lastByte(Release.Why.UNCACHEABLE)).isEqualTo((byte) 1);
        assertThat(lastByte(Release.Why.OVERTAKEN)).isEqualTo((byte) 2);

        byte[] later = LookupCodec.encodeRelease(new Release(LEASE, Release.Why.UNCACHEABLE));
        later[later.length - 1] = 9;
        assertThat(LookupCodec.decodeRelease(ByteBuffer.wrap(later)).why())
                .isEqualTo(Release.Why.UNUSED);
    }

    private static byte lastByte(Release.Why why) {
        byte[] bytes = LookupCodec.encodeRelease(new Release(LEASE, why));
        return bytes[bytes.length - 1];
    }

    @Test
    void renewals_surviveTheirBytes() throws MalformedException {
        Renewal renewal = new Renewal(LEASE, Duration.ofMillis(1200));
        Duration held = Duration.ofMillis(700);

        assertThat(LookupCodec.decodeRenewal(ByteBuffer.wrap(LookupCodec.encodeRenewal(renewal))))
                .isEqualTo(renewal);
        assertThat(LookupCodec.decodeRenewed(ByteBuffer.wrap(LookupCodec.encodeRenewed(held))))
                .isEqualTo(held);
    }

    @Test
    void otherFormats_areRefused() {
        byte[] batch = LookupCodec.encodeBatch(List.of());
        batch[0] = 2;

        assertThatThrownBy(() -> LookupCodec.decodeBatch(ByteBuffer.wrap(batch)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("format 2 is not known");
    }

    @Test
    void answerHeaders_surviveTheirText() {
        Answer answer = EntryCodecTest.ANSWER;
        AnswerHeaders headers = AnswerHeaders.of(answer, true);

        assertThat(
                        AnswerHeaders.parse(name ->
                                headers.fields().stream()
                                        .filter(f -> f.name().equalsIgnoreCase(name))
                                        .map(HeaderField::value)
                                        .toList()))
                .contains(headers);
        assertThat(headers.fields()).allMatch(field -> AnswerHeaders.isInternal(field.name()));
        assertThat(AnswerHeaders.parse(_ -> List.of())).isEmpty();
        assertThat(AnswerHeaders.parse(_ -> List.of("cacheable 1 x"))).isEmpty();
    }

    /** What the version before wrote: two fields, twelve words. */
    @Test
    void answerHeaders_ofTheVersionBefore_areRead_andTheirPolicyIsTheUsual() {
        AnswerHeaders said = AnswerHeaders.of(EntryCodecTest.ANSWER, true);
        List<HeaderField> fields = said.fields().subList(0, 2);

        assertThat(fields.getFirst().value().split(" ")).hasSize(12);
        assertThat(
                        AnswerHeaders.parse(name ->
                                fields.stream()
                                        .filter(f -> f.name().equalsIgnoreCase(name))
                                        .map(HeaderField::value)
                                        .toList()))
                .contains(said);
    }

    @Test
    void repeatability_survivesItsText_andClaimsTheLeastWhereItIsNotSaid() {
        for (Repeatability said : Repeatability.values()) {
            HeaderField field = said.field();
            assertThat(AnswerHeaders.isInternal(field.name())).isTrue();
            assertThat(
                            Repeatability.of(name ->
                                    name.equals(field.name()) ? List.of(field.value()) : List.of()))
                    .isEqualTo(said);
        }
        assertThat(Repeatability.of(_ -> List.of())).isEqualTo(Repeatability.ANY_ROWS);
        assertThat(Repeatability.of(_ -> List.of("some"))).isEqualTo(Repeatability.ANY_ROWS);
    }

    /** Gateways of different versions share Redis: a key may never change. */
    @Test
    void keys_arePinned() {
        ReadRequest.Parsed parsed = ReadRequest.parse("GET", "/rest/v1/film/1", _ -> List.of());
        CanonicalRequest request = ((ReadRequest.Parsed.Read) parsed).request().canonical();

        assertThat(request.text()).isEqualTo(" array /rest/v1/film/1");
        assertThat(CacheKey.of(request)).hasToString("9d8f83c42d1566026fe75f271612022b");
    }
}
