package dev.tidemark.gateway.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.gateway.check.Likeness.Verdict;
import dev.tidemark.gateway.compression.Compressor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.scheduler.Schedulers;

class LikenessTest {

    private final Compressor compressor =
            new Compressor(10, Schedulers.immediate(), new SimpleMeterRegistry());
    private final Likeness likeness = new Likeness(compressor);

    private static Answer answer(int status, String range, String body) {
        return new Answer(
                status,
                List.of(new HeaderField("Content-Range", range)),
                body.getBytes(StandardCharsets.UTF_8),
                new Version(1000),
                new Lsn(1),
                Tags.NONE,
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                DatabaseIdentity.UNKNOWN,
                true);
    }

    private Verdict of(Answer old, Answer young, Repeatability repeatability) {
        return Objects.requireNonNull(likeness.of(old, young, repeatability).block());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"a\":1}]              | [{\"a\":1}]              | SAME      | ALIKE",
                "[{\"a\":1}]              | [{\"a\":2}]              | SAME      | DIFFERENT",
                "[{\"a\":1},{\"a\":2}]  | [{\"a\":2},{\"a\":1}]  | SAME      | DIFFERENT",
                "[{\"a\":1},{\"a\":2}]  | [{\"a\":2},{\"a\":1}]  | ANY_ORDER | ALIKE",
                "[{\"a\":1},{\"a\":1}]  | [{\"a\":1},{\"a\":2}]  | ANY_ORDER | DIFFERENT",
                "[{\"a\":1},{\"a\":2}]  | [{\"a\":2},{\"a\":1}]  | ANY_ROWS  | ALIKE",
                "[{\"a\":1},{\"a\":2}]  | [{\"a\":1},{\"a\":3}]  | ANY_ROWS  | OPEN",
                "{\"a\":1}                | {\"a\":2}                | ANY_ORDER | DIFFERENT",
                "[0.10000000000000000001] | [0.10000000000000000002] | ANY_ORDER | DIFFERENT",
            })
    void bodies(String old, String young, Repeatability repeatability, Verdict expected) {
        assertThat(of(answer(200, "0-1/*", old), answer(200, "0-1/*", young), repeatability))
                .isEqualTo(expected);
    }

    @Test
    void statusAndNumberOfRows_areAlwaysTheSame() {
        Answer two = answer(200, "0-1/*", "[1,2]");
        for (Repeatability repeatability : Repeatability.values()) {
            assertThat(of(two, answer(404, "0-1/*", "[1,2]"), repeatability))
                    .isEqualTo(Verdict.DIFFERENT);
            assertThat(of(two, answer(200, "0-0/*", "[1]"), repeatability))
                    .isEqualTo(Verdict.DIFFERENT);
        }
    }

    @Test
    void packing_makesNoDifference() {
        Answer plain = answer(200, "0-0/*", "[\"" + "a".repeat(100) + "\"]");
        Answer packed = Objects.requireNonNull(compressor.pack(plain).block());

        assertThat(packed.body()).hasSizeLessThan(plain.body().length);
        assertThat(of(packed, plain, Repeatability.SAME)).isEqualTo(Verdict.ALIKE);
    }
}
