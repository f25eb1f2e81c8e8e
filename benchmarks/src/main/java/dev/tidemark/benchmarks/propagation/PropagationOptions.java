package dev.tidemark.benchmarks.propagation;

import java.time.Duration;
import java.util.List;

/**
 * How it is measured.
 *
 * @param changesPerSecond rates of row changes, one row per transaction, which take turns
 * @param measured for how long at each rate, over all rounds
 * @param rounds how often the rates take turns
 * @param warmUp at the highest rate, ahead of all rounds
 * @param probesPerSecond commits whose effect is watched
 * @param pollPeriod between two looks at one gateway, which bounds the resolution
 * @param stages whether to tell also how far a change has come when
 * @param jvmOptions of the services, besides the usual ones
 */
public record PropagationOptions(
        List<Integer> changesPerSecond,
        Duration measured,
        int rounds,
        Duration warmUp,
        int probesPerSecond,
        Duration pollPeriod,
        boolean stages,
        List<String> jvmOptions,
        long seed) {

    public PropagationOptions {
        changesPerSecond = List.copyOf(changesPerSecond);
        jvmOptions = List.copyOf(jvmOptions);
        if (changesPerSecond.isEmpty()
                || changesPerSecond.stream().anyMatch(rate -> rate < 1)
                || !measured.isPositive()
                || rounds < 1
                || probesPerSecond < 1
                || !pollPeriod.isPositive()) {
            throw new IllegalArgumentException("rates, times and rounds must be positive");
        }
    }
}
