package dev.tidemark.benchmarks.failure;

import dev.tidemark.benchmarks.measure.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What clients saw of a fault, from its beginning until everything was well again.
 *
 * @param fault what was done
 * @param reads how many were due
 * @param failed which were not answered, by what came instead; without {@code shed}
 * @param shed which were refused at once, to be asked again
 * @param quietFailed of the failed and the shed, those of rows that had been cached and not changed
 * @param staleIfError which were answered past what can be vouched for, and marked
 * @param p99Millis of all that were answered
 * @param firstFailure from the beginning of the fault until the first read ended that failed or was
 *     shed; zero if none was
 * @param lastFailure from the beginning of the fault until the last read failed or was shed; zero
 *     if none was
 * @param sharedHitsBack from the beginning of the fault until the shared cache had its share of
 *     answers again
 * @param violations answers that were wrong, or older than they said
 * @param lostWrites which had been acknowledged
 */
public record Outcome(
        Fault fault,
        int reads,
        Map<String, Integer> failed,
        int shed,
        int quietFailed,
        int staleIfError,
        double p99Millis,
        Duration firstFailure,
        Duration lastFailure,
        Duration sharedHitsBack,
        List<String> violations,
        int lostWrites) {

    /**
     * The shared cache answers a share of what the near caches don't; below this much of it, it is
     * not back.
     */
    private static final double BACK = 0.6;

    private static final int ANSWERS_TO_JUDGE_BY = 10;

    public Outcome {
        failed = Map.copyOf(failed);
        violations = List.copyOf(violations);
    }

    static Outcome of(
            Fault fault,
            List<Sample> before,
            List<Sample> since,
            long begunNanos,
            int readsPerSecond,
            List<String> violations,
            int lostWrites) {
        List<Sample> bad = since.stream().filter(sample -> !sample.isAnswered()).toList();
        Latencies latencies = new Latencies(Duration.ofSeconds(1).dividedBy(readsPerSecond));
        since.stream()
                .filter(Sample::isAnswered)
                .forEach(sample -> latencies.record(sample.endNanos() - sample.dueNanos()));
        return new Outcome(
                fault,
                since.size(),
                bad.stream()
                        .filter(sample -> sample.kind() == Sample.Kind.FAILED)
                        .collect(
                                Collectors.groupingBy(
                                        Sample::detail, Collectors.summingInt(_ -> 1))),
                count(since, Sample.Kind.SHED),
                (int) bad.stream().filter(sample -> Rows.isQuiet(sample.row())).count(),
                count(since, Sample.Kind.STALE_IF_ERROR),
                latencies.millisAt(99),
                ends(bad, begunNanos).min(Duration::compareTo).orElse(Duration.ZERO),
                ends(bad, begunNanos).max(Duration::compareTo).orElse(Duration.ZERO),
                sharedHitsBack(before, since, begunNanos),
                violations,
                lostWrites);
    }

    private static Stream<Duration> ends(List<Sample> samples, long begunNanos) {
        return samples.stream().map(sample -> Duration.ofNanos(sample.endNanos() - begunNanos));
    }

    private static int count(List<Sample> samples, Sample.Kind kind) {
        return (int) samples.stream().filter(sample -> sample.kind() == kind).count();
    }

    /** To a second: in less time too little is asked of it. */
    private static Duration sharedHitsBack(
            List<Sample> before, List<Sample> since, long begunNanos) {
        double usual = sharedShare(before);
        Map<Long, List<Sample>> seconds =
                since.stream()
                        .collect(
                                Collectors.groupingBy(
                                        sample -> (sample.dueNanos() - begunNanos) / 1_000_000_000,
                                        TreeMap::new,
                                        Collectors.toList()));
        long back = 0;
        for (Map.Entry<Long, List<Sample>> second : seconds.entrySet()) {
            List<Sample> asked = second.getValue();
            boolean judged =
                    count(asked, Sample.Kind.SHARED_HIT) + count(asked, Sample.Kind.FETCHED)
                            >= ANSWERS_TO_JUDGE_BY;
            if (judged && sharedShare(asked) < BACK * usual) {
                back = second.getKey() + 1;
            }
        }
        return Duration.ofSeconds(back);
    }

    private static double sharedShare(List<Sample> samples) {
        int shared = count(samples, Sample.Kind.SHARED_HIT);
        int all = shared + count(samples, Sample.Kind.FETCHED);
        return all == 0 ? 1 : (double) shared / all;
    }

    /** How many reads were neither answered nor refused in time. */
    public int failures() {
        return failed.values().stream().mapToInt(Integer::intValue).sum();
    }
}
