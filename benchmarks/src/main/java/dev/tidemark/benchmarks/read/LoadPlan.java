package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.measure.Steadiness;
import java.time.Duration;
import java.util.List;

/**
 * How figures are taken.
 *
 * @param rounds in each of which every contender is asked once
 * @param each for how long it is asked
 * @param warmUpMax how long to wait for one to be steady
 * @param connections of the closed loop
 * @param jvmOptions of Tidemark's services, which win over those of {@link MeasuredSuite}
 */
public record LoadPlan(
        int rounds, Duration each, Duration warmUpMax, int connections, List<String> jvmOptions) {

    public LoadPlan {
        jvmOptions = List.copyOf(jvmOptions);
    }

    String description() {
        return ("wrk, 1 thread, %d connections; %d interleaved rounds of %d s; warm when %d slices of 2 s"
                        + " lie within %.0f %%, after %d s at most")
                .formatted(
                        connections,
                        rounds,
                        each.toSeconds(),
                        Steadiness.SLICES,
                        Steadiness.TOLERANCE * 100,
                        warmUpMax.toSeconds());
    }

    String openLoop(double rate) {
        return "%,.0f requests/s to each over %d connections, %d interleaved rounds of %d s"
                .formatted(rate, connections, rounds, each.toSeconds());
    }
}
