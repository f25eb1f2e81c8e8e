package dev.tidemark.benchmarks.failure;

import dev.tidemark.benchmarks.measure.Latencies;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
 * @param sharedAway the longest time in which reads went past the shared cache, since it could not
 *     be asked, again and again; zero if none did
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
        Duration sharedAway,
        List<String> violations,
        int lostWrites) {

    /** After so long without a read that went past it, the shared cache is back. */
    private static final Duration BACK = Duration.ofSeconds(2);

    public Outcome {
        failed = Map.copyOf(failed);
        violations = List.copyOf(violations);
    }

    static Outcome of(
            Fault fault,
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
                sharedAway(since),
                violations,
                lostWrites);
    }

    private static Stream<Duration> ends(List<Sample> samples, long begunNanos) {
        return samples.stream().map(sample -> Duration.ofNanos(sample.endNanos() - begunNanos));
    }

    private static int count(List<Sample> samples, Sample.Kind kind) {
        return (int) samples.stream().filter(sample -> sample.kind() == kind).count();
    }

    private static Duration sharedAway(List<Sample> since) {
        long longest = 0;
        long first = 0;
        long last = 0;
        List<Sample> past =
                since.stream()
                        .filter(sample -> sample.kind() == Sample.Kind.FETCHED_PAST_SHARED)
                        .sorted(Comparator.comparingLong(Sample::endNanos))
                        .toList();
        for (Sample read : past) {
            if (last == 0 || read.dueNanos() - last > BACK.toNanos()) {
                first = read.dueNanos();
            }
            last = read.endNanos();
            longest = Math.max(longest, last - first);
        }
        return Duration.ofNanos(longest);
    }

    /** How many reads were neither answered nor refused in time. */
    public int failures() {
        return failed.values().stream().mapToInt(Integer::intValue).sum();
    }
}
