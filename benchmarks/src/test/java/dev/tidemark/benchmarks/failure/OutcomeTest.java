package dev.tidemark.benchmarks.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.benchmarks.failure.Sample.Kind;
import dev.tidemark.benchmarks.http.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final int QUIET = Rows.DIRECT + Rows.THROUGH_API;

    private static Sample sample(int row, long dueMillis, long tookMillis, Kind kind) {
        return new Sample(
                row,
                dueMillis * 1_000_000,
                (dueMillis + tookMillis) * 1_000_000,
                kind,
                kind == Kind.FAILED ? "502" : "");
    }

    private static List<Sample> second(long second, int shared, int fetched) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < shared + fetched; i++) {
            samples.add(sample(0, second * 1_000, 10, i < shared ? Kind.SHARED_HIT : Kind.FETCHED));
        }
        return samples;
    }

    private static Outcome outcome(List<Sample> since) {
        return Outcome.of(Fault.GATEWAY_KILLED, since, 0, 100, List.of(), 0);
    }

    @Test
    void failedAndShed_areToldApart() {
        List<Sample> samples = new ArrayList<>(second(0, 5, 5));
        samples.add(sample(0, 100, 40, Kind.FAILED));
        samples.add(sample(QUIET, 200, 50, Kind.FAILED));
        samples.add(sample(QUIET, 300, 1, Kind.SHED));
        samples.add(sample(QUIET, 400, 1, Kind.STALE_IF_ERROR));

        Outcome outcome = outcome(samples);
        assertThat(outcome.reads()).isEqualTo(14);
        assertThat(outcome.failed()).isEqualTo(Map.of("502", 2));
        assertThat(outcome.failures()).isEqualTo(2);
        assertThat(outcome.shed()).isEqualTo(1);
        assertThat(outcome.quietFailed()).isEqualTo(2);
        assertThat(outcome.staleIfError()).isEqualTo(1);
        assertThat(outcome.firstFailure()).isEqualTo(Duration.ofMillis(140));
        assertThat(outcome.lastFailure()).isEqualTo(Duration.ofMillis(301));
        assertThat(outcome.p99Millis()).isBetween(9.9, 10.1);
    }

    @Test
    void sharedCacheIsAway_whileReadsGoPastIt_withoutTwoSecondsInBetween() {
        List<Sample> samples = new ArrayList<>(second(0, 50, 50));
        assertThat(outcome(samples).sharedAway()).isZero();
        samples.add(sample(0, 900, 100, Kind.FETCHED_PAST_SHARED));
        samples.add(sample(0, 5_000, 300, Kind.FETCHED_PAST_SHARED));
        samples.addAll(second(6, 50, 50));
        // The first to be sent is not the first to be answered.
        samples.add(sample(0, 7_000, 250, Kind.FETCHED_PAST_SHARED));
        samples.add(sample(0, 6_900, 400, Kind.FETCHED_PAST_SHARED));
        samples.add(sample(0, 12_000, 100, Kind.FETCHED_PAST_SHARED));

        assertThat(outcome(samples).sharedAway()).isEqualTo(Duration.ofMillis(2_300));
    }

    @Test
    void answers_areWhatTheirHeadsSay() {
        assertThat(kind(200, "Cache-Status: tidemark-near; hit; ttl=3")).isEqualTo(Kind.NEAR_HIT);
        assertThat(kind(200, "Cache-Status: tidemark-shared; hit, tidemark-near; fwd=miss; stored"))
                .isEqualTo(Kind.SHARED_HIT);
        assertThat(kind(200, "Cache-Status: tidemark-shared; fwd=miss, tidemark-near; fwd=miss"))
                .isEqualTo(Kind.FETCHED);
        assertThat(kind(200, "Cache-Status: tidemark-shared; fwd=bypass, tidemark-near; fwd=miss"))
                .isEqualTo(Kind.FETCHED_PAST_SHARED);
        assertThat(kind(200, "Cache-Status: tidemark-near; hit; detail=stale-if-error"))
                .isEqualTo(Kind.STALE_IF_ERROR);
        assertThat(kind(503, "Retry-After: 1")).isEqualTo(Kind.SHED);
        assertThat(kind(503, "Content-Length: 0")).isEqualTo(Kind.FAILED);
        assertThat(kind(502, "Retry-After: 1")).isEqualTo(Kind.FAILED);
    }

    private static Kind kind(int status, String field) {
        return Sample.kind(new Response(status, List.of(field), "", 0, 0));
    }

    @Test
    void value_isOfTheRowThatWasAskedFor() {
        assertThat(Rows.value(7, "{\"id\":7,\"value\":12}")).isEqualTo(12);
        assertThat(Rows.value(7, "{\"id\":8,\"value\":12}")).isNegative();
        assertThat(Rows.value(7, "")).isNegative();
    }

    @Test
    void whatEveryoneHadToSee_isTheLastWriteThatHadReturned() {
        Truth truth = new Truth();
        truth.wrote(1, 5, 100);
        truth.wrote(1, 6, 200);
        assertThat(truth.visibleAt(1, 100)).isZero();
        assertThat(truth.visibleAt(1, 101)).isEqualTo(5);
        assertThat(truth.visibleAt(1, 300)).isEqualTo(6);
        assertThat(truth.visibleAt(2, 300)).isZero();
    }
}
