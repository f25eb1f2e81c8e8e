package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.http.KeepAliveConnection;
import dev.tidemark.benchmarks.http.Response;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.program.Installed;
import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.process.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A suite of one of each service with the table {@link Items}, everything on that a user has on.
 * Its JVMs have both compilers, as in production and unlike a quick start, and Redis is the
 * installed one where there is one.
 */
public final class MeasuredSuite implements AutoCloseable {

    private static final List<String> JVM_OPTIONS = List.of("-XX:TieredStopAtLevel=4");
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FOLLOWED_TIMEOUT = Duration.ofSeconds(30);
    private static final int FILLERS = 32;

    /** Smaller than any entry: there is no switch that leaves the near cache out altogether. */
    private static final String NO_ROOM = "1B";

    private final Suite suite;

    private MeasuredSuite(Suite suite) {
        this.suite = suite;
    }

    /** With what a user has. */
    public static SuiteOptions options(Path home, List<String> jvmOptions) {
        List<String> all = new ArrayList<>(JVM_OPTIONS);
        all.addAll(jvmOptions);
        SuiteOptions options =
                SuiteOptions.sample(home).withJvmOptions(all).withWritable(List.of(Items.TABLE));
        return Installed.find("redis-server").map(options::withRedisProgram).orElse(options);
    }

    /** The same with a near cache that has room for nothing. */
    public static SuiteOptions withoutNearCache(SuiteOptions options) {
        return options.withProperty("gateway", "tidemark.near.size", NO_ROOM)
                .withProperty("gateway", "tidemark.hot.keys-max", "0");
    }

    /** The same with neither cache: what is left is that readers of one key share a fetch. */
    public static SuiteOptions withoutCaches(SuiteOptions options) {
        return withoutNearCache(options).withProperty("gateway", "tidemark.cache.addresses", "");
    }

    /** Starts one, makes the table, and returns when the first row is answered. */
    public static MeasuredSuite start(SuiteOptions options, Progress progress) {
        progress.notice("starting a suite");
        Suite suite = Suite.start(options, progress);
        try {
            Items.create(suite.database());
            MeasuredSuite measured = new MeasuredSuite(suite);
            // Another row each time: what was answered before the table was followed is kept, too.
            int[] attempts = {0};
            Response first =
                    measured.awaitAnswer(
                            suite.baseUri(),
                            () -> Items.target(Items.id(Items.ROWS - ++attempts[0])),
                            "");
            if (first.body().length() != Items.BODY_BYTES) {
                throw new MeasurementException(
                        "a body of %d bytes, not of %d: %s"
                                .formatted(first.body().length(), Items.BODY_BYTES, first.body()));
            }
            return measured;
        } catch (SQLException e) {
            suite.close();
            throw new MeasurementException("PostgreSQL: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            suite.close();
            throw e;
        }
    }

    /**
     * Asks until the answer is a 200 whose {@code Cache-Status} begins like this, and is followed:
     * what is measured must be what it is called.
     */
    Response awaitAnswer(URI uri, String target, String cacheStatus) {
        return awaitAnswer(uri, () -> target, cacheStatus);
    }

    private Response awaitAnswer(URI uri, Supplier<String> target, String cacheStatus) {
        List<String> last = new ArrayList<>();
        List<Response> found = new ArrayList<>();
        boolean came =
                Await.until(
                        FOLLOWED_TIMEOUT,
                        Duration.ofMillis(50),
                        () -> {
                            last.clear();
                            try (KeepAliveConnection connection =
                                    KeepAliveConnection.open(uri, ANSWER_TIMEOUT)) {
                                Response response =
                                        connection.exchange(connection.get(target.get()));
                                last.add(response.status() + " " + response.fields());
                                if (response.status() == 200
                                        && response.field("Cache-Status").startsWith(cacheStatus)
                                        && !response.field("Cache-Status").contains("time-only")) {
                                    found.add(response);
                                    return true;
                                }
                            } catch (IOException e) {
                                last.add(e.toString());
                            }
                            return false;
                        });
        if (!came) {
            throw new MeasurementException(
                    "%s does not answer with '%s', but %s".formatted(uri, cacheStatus, last));
        }
        return found.getFirst();
    }

    /** Asks the gateway once for each of these. */
    public void fill(List<String> targets) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> parts = new ArrayList<>();
            for (int i = 0; i < FILLERS; i++) {
                int part = i;
                parts.add(threads.submit(() -> fillPart(targets, part)));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (ExecutionException e) {
            throw new MeasurementException("the caches cannot be filled: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while filling the caches", e);
        }
    }

    private void fillPart(List<String> targets, int part) {
        try (KeepAliveConnection connection = KeepAliveConnection.open(gateway(), ANSWER_TIMEOUT)) {
            for (int i = part; i < targets.size(); i += FILLERS) {
                Response answer = connection.exchange(connection.get(targets.get(i)));
                if (answer.status() != 200) {
                    throw new MeasurementException(
                            "%s: %d %s".formatted(targets.get(i), answer.status(), answer.body()));
                }
            }
        } catch (IOException e) {
            throw new MeasurementException("no answer from " + gateway() + ": " + e, e);
        }
    }

    public Suite suite() {
        return suite;
    }

    URI gateway() {
        return suite.baseUri();
    }

    /** Where data-retrieval-service is asked directly. */
    URI origin() {
        return suite.serviceUris().getOrDefault("data-retrieval-service", suite.baseUri());
    }

    /** What the database says of the first so many rows, by id. */
    public Map<Integer, String> bodies(int number) {
        try {
            return Items.bodies(suite.database(), number);
        } catch (SQLException e) {
            throw new MeasurementException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    List<Long> gatewayPids() {
        return List.of(suite.gateway().pid());
    }

    List<Long> cachePids() {
        return List.of(suite.cacheService().pid());
    }

    List<Long> originPids() {
        return List.of(suite.origin().pid());
    }

    List<Long> postgresPids() {
        return List.of(suite.postgres().pid());
    }

    List<Long> redisPids() {
        return suite.parts().stream()
                .filter(part -> part.name().startsWith("Redis node"))
                .map(Part::pid)
                .toList();
    }

    @Override
    public void close() {
        suite.close();
    }
}
