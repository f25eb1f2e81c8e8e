package dev.tidemark.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tidemark.testing.Seed;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoherenceSimulationTest {

    /** {@code -Dsimulation.runs=…}: a soak takes 100,000 and more. */
    private static final int RUNS = Integer.getInteger("simulation.runs", 5_000);

    /** With which every wrong rule is caught: fixed, so that this test says the same every time. */
    private static final int SEEDS_TRIED_MAX = 10_000;

    private static final int SEEDS_AT_A_TIME = 50;

    private static final int STEPS = 3_000;

    @Test
    void ruleAsDesigned_neverServesWhatALevelForbids(@Seed long seed) {
        Map<String, Integer> checks = new ConcurrentHashMap<>();
        LongStream.range(seed, seed + RUNS)
                .parallel()
                .forEach(run -> {
                    World world = new World(Rule.AS_DESIGNED, run);
                    run(world)
                            .ifPresent(violation ->
                                    fail("seed %d: %s%n%s", run, violation, world.describe()));
                    world.checker
                            .checks()
                            .forEach((layer, n) -> checks.merge(layer, n, Integer::sum));
                });
        // A rule under which nothing is ever served from a cache is coherent too.
        assertThat(checks.getOrDefault("near", 0)).isGreaterThan(5 * RUNS);
        assertThat(checks.getOrDefault("shared", 0)).isGreaterThan(RUNS / 4);
    }

    /** A simulation that could not tell these from the rule would prove nothing. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AS_DESIGNED")
    void wrongRule_isCaught(Rule rule) {
        for (long seed = 0; seed < SEEDS_TRIED_MAX; seed += SEEDS_AT_A_TIME) {
            OptionalLong caught =
                    LongStream.range(seed, seed + SEEDS_AT_A_TIME)
                            .parallel()
                            .filter(tried -> run(new World(rule, tried)).isPresent())
                            .findFirst();
            if (caught.isPresent()) {
                // By what it gets wrong, not by a mistake of the simulation's.
                assertThat(run(new World(Rule.AS_DESIGNED, caught.getAsLong()))).isEmpty();
                return;
            }
        }
        fail("%s was not caught", rule);
    }

    private static Optional<String> run(World world) {
        try {
            for (int step = 0; step < STEPS; step++) {
                world.step();
            }
            return Optional.empty();
        } catch (Checker.Violation violation) {
            return Optional.of(String.valueOf(violation.getMessage()));
        }
    }
}
