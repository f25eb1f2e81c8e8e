package dev.tidemark.benchmarks.failure;

import dev.tidemark.benchmarks.edge.Nginx;
import dev.tidemark.benchmarks.http.KeepAliveConnection;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.process.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Faults that are done to one suite, one after the other, healed and healthy in between, under
 * traffic that does not stop.
 */
public final class Experiment implements AutoCloseable {

    /** What is read and written; the suite must let it be written through the API. */
    public static final String TABLE = Rows.TABLE;

    private static final Duration HEALTHY_TIMEOUT = Duration.ofMinutes(1);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    /** Without a read that fails, all counts as well. */
    private static final Duration AFTER = Duration.ofSeconds(2);

    private final Suite suite;
    private final Nginx nginx;
    private final Traffic traffic;
    private final int readsPerSecond;

    private Experiment(Suite suite, Nginx nginx, Traffic traffic, int readsPerSecond) {
        this.suite = suite;
        this.nginx = nginx;
        this.traffic = traffic;
        this.readsPerSecond = readsPerSecond;
    }

    /** A suite of so many gateways, and two of each other service. */
    public static SuiteOptions suite(Path home, int gateways) {
        return SuiteOptions.sample(home)
                .withInstances("gateway", gateways)
                .withInstances("cache-service", 2)
                .withInstances("data-retrieval-service", 2)
                .withProperty("data-retrieval-service", "tidemark.writable", TABLE);
    }

    /**
     * Makes the table, starts a load balancer in front of the suite's gateways, and returns when
     * traffic is answered from the caches.
     */
    public static Experiment begin(Suite suite, Path home, int readsPerSecond, long seed)
            throws SQLException {
        Rows.create(suite.database());
        Nginx nginx = Nginx.start(home, suite.gatewayUris());
        Traffic traffic = Traffic.start(nginx.uri(), suite.database(), readsPerSecond, seed);
        Experiment experiment = new Experiment(suite, nginx, traffic, readsPerSecond);
        experiment.awaitHealthySince(System.nanoTime());
        return experiment;
    }

    /**
     * Does it.
     *
     * @param lasting for how long what is held down or hangs does, and a rolling restart pauses; a
     *     killed service is started again at once
     */
    public Outcome of(Fault fault, Duration lasting) throws SQLException {
        awaitHealthySince(System.nanoTime() - AFTER.toNanos());
        cacheWhatIsQuiet();
        int violationsBefore = traffic.violations().size();
        long begun = System.nanoTime();
        fault.inject(suite, lasting);
        suite.parts().forEach(Part::awaitReady);
        awaitHealthySince(System.nanoTime());
        List<String> violations = traffic.violations();
        return Outcome.of(
                fault,
                traffic.samplesSince(begun),
                begun,
                readsPerSecond,
                violations.subList(violationsBefore, violations.size()),
                traffic.acknowledgedAndLost());
    }

    /** In every gateway: each has other rows in its near cache, and a new one has none. */
    private void cacheWhatIsQuiet() {
        suite.gatewayUris().parallelStream()
                .forEach(gateway -> {
                    try (KeepAliveConnection connection =
                            KeepAliveConnection.open(gateway, READ_TIMEOUT)) {
                        for (int row = 0; row < Rows.ALL; row++) {
                            if (Rows.isQuiet(row)) {
                                connection.exchange(connection.get(Rows.target(row)));
                            }
                        }
                    } catch (IOException e) {
                        throw new MeasurementException("no answer from " + gateway, e);
                    }
                });
    }

    /** Until for a while after this moment every read was answered, and mostly from caches. */
    private void awaitHealthySince(long moment) {
        boolean healthy =
                Await.until(
                        HEALTHY_TIMEOUT,
                        Duration.ofMillis(200),
                        () -> {
                            long now = System.nanoTime();
                            return now - moment >= AFTER.toNanos()
                                    && isHealthy(traffic.samplesSince(now - AFTER.toNanos()));
                        });
        if (!healthy) {
            throw new MeasurementException(
                    "a minute after all parts were ready, not every read is answered: "
                            + traffic.samplesSince(System.nanoTime() - AFTER.toNanos()).stream()
                                    .filter(sample -> !sample.isAnswered())
                                    .limit(3)
                                    .toList());
        }
    }

    private static boolean isHealthy(List<Sample> samples) {
        long hits =
                samples.stream()
                        .filter(sample ->
                                sample.kind() == Sample.Kind.NEAR_HIT
                                        || sample.kind() == Sample.Kind.SHARED_HIT)
                        .count();
        return samples.stream().allMatch(Sample::isAnswered) && hits * 2 > samples.size();
    }

    @Override
    public void close() {
        traffic.close();
        nginx.close();
    }
}
