package dev.tidemark.benchmarks.propagation;

import dev.tidemark.benchmarks.http.KeepAliveConnection;
import dev.tidemark.benchmarks.http.Response;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Pace;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks at one gateway, again and again, until it does not serve an entry any more. The looks are
 * {@code only-if-cached}, so they fetch nothing and fill nothing.
 */
final class Watcher implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI gateway;
    private final KeepAliveConnection connection;
    private final Duration pollPeriod;

    private Watcher(URI gateway, KeepAliveConnection connection, Duration pollPeriod) {
        this.gateway = gateway;
        this.connection = connection;
        this.pollPeriod = pollPeriod;
    }

    static Watcher of(URI gateway, Duration pollPeriod) throws IOException {
        return new Watcher(gateway, KeepAliveConnection.open(gateway, TIMEOUT), pollPeriod);
    }

    /** Reads until the near cache answers this, from the log's word and not from time alone. */
    void fill(String target, String body, Duration atMost) throws IOException {
        byte[] request = connection.get(target);
        long start = System.nanoTime();
        while (true) {
            Response response = connection.exchange(request);
            if (isServed(response, body)) {
                return;
            }
            if (System.nanoTime() - start > atMost.toNanos()) {
                throw new MeasurementException(
                        "%s%s is not cached as %s: %d %s %s"
                                .formatted(
                                        gateway,
                                        target,
                                        body,
                                        response.status(),
                                        response.field("Cache-Status"),
                                        response.body()));
            }
            Pace.awaitNanos(System.nanoTime() + pollPeriod.toNanos());
        }
    }

    private static boolean isServed(Response response, String body) {
        String status = response.field("Cache-Status");
        return response.status() == 200
                && response.body().equals(body)
                && status.startsWith("tidemark-near; hit")
                && !status.contains("time-only");
    }

    /**
     * Watches until it is gone.
     *
     * @param looked told of each look, of which there is one at least
     * @return empty if it was gone before that
     */
    Optional<Looks.Sighting> watch(String target, String body, Runnable looked) throws IOException {
        byte[] request = connection.get(target, "Cache-Control: only-if-cached");
        Looks looks = new Looks();
        long start = System.nanoTime();
        while (true) {
            Response response = connection.exchange(request);
            boolean there = isServed(response, body);
            looked.run();
            if (!there) {
                requireUsual(target, response);
                return looks.missed(response.sentNanos(), response.receivedNanos());
            }
            looks.found(response.sentNanos(), response.receivedNanos());
            if (response.sentNanos() - start > TIMEOUT.toNanos()) {
                throw new MeasurementException(
                        "%s still serves %s after %d s"
                                .formatted(gateway, body, TIMEOUT.toSeconds()));
            }
            Pace.awaitNanos(response.sentNanos() + pollPeriod.toNanos());
        }
    }

    /** What is not served from memory is a hit of the shared cache, or none at all. */
    private void requireUsual(String target, Response response) {
        if (response.status() != 200 && response.status() != 504) {
            throw new MeasurementException(
                    "%s%s is answered with status %d"
                            .formatted(gateway, target, response.status()));
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
