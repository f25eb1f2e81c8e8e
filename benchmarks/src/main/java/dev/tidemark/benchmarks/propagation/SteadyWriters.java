package dev.tidemark.benchmarks.propagation;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Pace;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writers that change one row per transaction straight in PostgreSQL, at a steady pace together.
 * Who falls behind catches up; {@link #written()} tells what was achieved.
 */
final class SteadyWriters implements AutoCloseable {

    private static final int THREADS = 4;

    private final PostgresAddress database;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder written = new LongAdder();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean running = true;

    private SteadyWriters(PostgresAddress database) {
        this.database = database;
    }

    static SteadyWriters start(PostgresAddress database, int changesPerSecond, long seed) {
        SteadyWriters writers = new SteadyWriters(database);
        long start = System.nanoTime();
        for (int i = 0; i < THREADS; i++) {
            // One after the other, not all at once.
            long offset = Math.round(i * 1e9 / changesPerSecond);
            Pace pace = new Pace((double) changesPerSecond / THREADS, start + offset);
            SplittableRandom random = new SplittableRandom(seed + i);
            writers.threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("writer-" + i)
                            .start(() -> writers.write(pace, random)));
        }
        return writers;
    }

    private void write(Pace pace, SplittableRandom random) {
        try (Connection connection = database.connect();
                PreparedStatement change = connection.prepareStatement(BenchmarkTables.CHANGE)) {
            while (running) {
                pace.awaitNext();
                change.setInt(1, random.nextInt(BenchmarkTables.ROWS));
                change.executeUpdate();
                written.increment();
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** How many transactions have committed so far. */
    long written() {
        SQLException failed = failure.get();
        if (failed != null) {
            throw new MeasurementException("a writer failed: " + failed.getMessage(), failed);
        }
        return written.sum();
    }

    @Override
    public void close() {
        running = false;
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
