package dev.tidemark.benchmarks.propagation;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.propagation.Looks.Sighting;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * Changes a row that every gateway has in its near cache, and has them all watched. One probe at a
 * time.
 */
final class Prober implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement change;
    private final List<Watcher> watchers = new ArrayList<>();
    private final ExecutorService threads;
    private final long[] values = new long[BenchmarkTables.PROBES];
    private int next;

    Prober(PostgresAddress database, List<URI> gateways, Duration pollPeriod)
            throws SQLException, IOException {
        connection = database.connect();
        connection.setAutoCommit(false);
        change = connection.prepareStatement(BenchmarkTables.PROBE);
        for (URI gateway : gateways) {
            watchers.add(Watcher.of(gateway, pollPeriod));
        }
        threads = Executors.newFixedThreadPool(gateways.size());
    }

    /**
     * What was seen of one change.
     *
     * @param sentNanos before COMMIT was sent
     * @param returnedNanos after it had returned
     * @param last what was seen of the gateway that served the old entry longest
     */
    record Probe(long sentNanos, long returnedNanos, Sighting last) {}

    /** Brings the next row into every near cache. */
    Fresh fill(Duration atMost) throws IOException {
        int id = next;
        next = (next + 1) % BenchmarkTables.PROBES;
        String body = BenchmarkTables.probeBody(id, values[id]);
        for (Watcher watcher : watchers) {
            watcher.fill(BenchmarkTables.probeTarget(id), body, atMost);
        }
        return new Fresh(id, body);
    }

    /** A row that every near cache has. */
    record Fresh(int id, String body) {}

    /**
     * Changes the row and watches.
     *
     * @param committing told the row right before COMMIT is sent
     * @return empty if a near cache had lost the entry by itself before
     */
    Optional<Probe> probe(Fresh fresh, IntConsumer committing)
            throws SQLException, InterruptedException {
        List<CountDownLatch> looking = new ArrayList<>();
        List<Future<Optional<Sighting>>> watching = new ArrayList<>();
        for (Watcher watcher : watchers) {
            CountDownLatch looked = new CountDownLatch(1);
            looking.add(looked);
            watching.add(
                    threads.submit(() -> {
                        try {
                            return watcher.watch(
                                    BenchmarkTables.probeTarget(fresh.id()),
                                    fresh.body(),
                                    looked::countDown);
                        } finally {
                            // One that fails at once must not keep the others waiting.
                            looked.countDown();
                        }
                    }));
        }
        for (CountDownLatch looked : looking) {
            looked.await();
        }
        change.setLong(1, ++values[fresh.id()]);
        change.setInt(2, fresh.id());
        change.executeUpdate();
        committing.accept(fresh.id());
        long sent = System.nanoTime();
        connection.commit();
        long returned = System.nanoTime();
        List<Sighting> sightings = new ArrayList<>();
        for (Future<Optional<Sighting>> future : watching) {
            get(future).filter(seen -> seen.goneNanos() >= sent).ifPresent(sightings::add);
        }
        return sightings.size() < watchers.size()
                ? Optional.empty()
                : sightings.stream()
                        .max((a, b) -> Long.compare(a.goneNanos() - sent, b.goneNanos() - sent))
                        .map(last -> new Probe(sent, returned, last));
    }

    private static Optional<Sighting> get(Future<Optional<Sighting>> future)
            throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MeasurementException known
                    ? known
                    : new MeasurementException(
                            "a gateway could not be watched: " + e.getCause(), e);
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        threads.shutdownNow();
        for (Watcher watcher : watchers) {
            watcher.close();
        }
        connection.close();
    }
}
