package dev.tidemark.benchmarks.failure;

import dev.tidemark.benchmarks.http.KeepAliveConnection;
import dev.tidemark.benchmarks.http.Response;
import dev.tidemark.benchmarks.measure.Pace;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads through the load balancer at a steady rate, whether or not those before were answered, and
 * writes past and through the API. Every answer is judged as it comes.
 */
final class Traffic implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    /** Far below what NGINX keeps idle connections for, since it would close one that is used. */
    private static final Duration IDLE_MAX = Duration.ofSeconds(20);

    private static final int DIRECT_PER_SECOND = 12;
    private static final int THROUGH_API_PER_SECOND = 4;

    private final URI edge;
    private final PostgresAddress database;
    private final Truth truth = new Truth();
    private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<Integer, Long> written = new ConcurrentHashMap<>();
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    private record Idle(KeepAliveConnection connection, long sinceNanos) {}

    private Traffic(URI edge, PostgresAddress database) {
        this.edge = edge;
        this.database = database;
    }

    static Traffic start(URI edge, PostgresAddress database, int readsPerSecond, long seed) {
        Traffic traffic = new Traffic(edge, database);
        long start = System.nanoTime();
        traffic.thread("reads", () -> traffic.read(new Pace(readsPerSecond, start), seed));
        traffic.thread("direct", () -> traffic.writeDirectly(new Pace(DIRECT_PER_SECOND, start)));
        traffic.thread(
                "api", () -> traffic.writeThroughApi(new Pace(THROUGH_API_PER_SECOND, start)));
        return traffic;
    }

    private void thread(String name, Runnable work) {
        threads.add(Thread.ofVirtual().name("traffic-" + name).start(work));
    }

    private void read(Pace pace, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        while (running) {
            long due = pace.nextNanos();
            Pace.awaitNanos(due);
            // As often what changes as what does not.
            int row =
                    random.nextBoolean()
                            ? random.nextInt(Rows.DIRECT + Rows.THROUGH_API)
                            : Rows.DIRECT + Rows.THROUGH_API + random.nextInt(Rows.QUIET);
            readers.execute(() -> samples.add(readOnce(row, due)));
        }
    }

    private Sample readOnce(int row, long due) {
        long asked = System.nanoTime();
        try {
            Response answer = exchange("GET " + Rows.target(row), "", "");
            judge(row, answer, asked);
            Sample.Kind kind = Sample.kind(answer);
            return new Sample(
                    row,
                    due,
                    System.nanoTime(),
                    kind,
                    answer.status() == 200 ? "" : answer.status() + " " + answer.body().strip());
        } catch (IOException e) {
            return new Sample(row, due, System.nanoTime(), Sample.Kind.FAILED, e.toString());
        }
    }

    /** By the rule of the level that is asked for when nothing is: as stale as it says. */
    private void judge(int row, Response answer, long asked) {
        if (answer.status() == 404) {
            violations.add("row " + row + " is always there: " + answer);
        }
        if (answer.status() != 200) {
            return;
        }
        long value = Rows.value(row, answer.body());
        if (value < 0 || value > written.getOrDefault(row, 0L)) {
            violations.add("row " + row + " never was so: " + answer);
        }
        if (Sample.kind(answer) == Sample.Kind.STALE_IF_ERROR) {
            return;
        }
        String staleness = answer.field("Tidemark-Staleness").replace("ms", "");
        long bound = staleness.isEmpty() ? 0 : Long.parseLong(staleness) * 1_000_000;
        long least = truth.visibleAt(row, asked - bound);
        if (value < least) {
            violations.add("row " + row + " was " + least + " by then: " + answer);
        }
    }

    private Response exchange(String line, String fields, String body) throws IOException {
        KeepAliveConnection connection = connection();
        byte[] request =
                "%s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s"
                        .formatted(line, edge.getRawAuthority(), fields, body)
                        .getBytes(StandardCharsets.UTF_8);
        try {
            Response answer = connection.exchange(request);
            idle.push(new Idle(connection, System.nanoTime()));
            return answer;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private KeepAliveConnection connection() throws IOException {
        for (Idle used = idle.poll(); used != null; used = idle.poll()) {
            if (System.nanoTime() - used.sinceNanos() < IDLE_MAX.toNanos()) {
                return used.connection();
            }
            used.connection().close();
        }
        return KeepAliveConnection.open(edge, TIMEOUT);
    }

    private void writeDirectly(Pace pace) {
        int next = 0;
        while (running) {
            try (Connection connection = database.connect();
                    PreparedStatement update =
                            connection.prepareStatement(
                                    "UPDATE public."
                                            + Rows.TABLE
                                            + " SET value = ? WHERE id = ?")) {
                while (running) {
                    pace.awaitNext();
                    int row = next++ % Rows.DIRECT;
                    long value = written.merge(row, 1L, Long::sum);
                    update.setLong(1, value);
                    update.setInt(2, row);
                    update.executeUpdate();
                    truth.wrote(row, value, System.nanoTime());
                    acknowledged.put(row, value);
                }
            } catch (SQLException e) {
                // PostgreSQL is away: the pace of the next attempt is that of writes.
                pace.awaitNext();
            }
        }
    }

    private void writeThroughApi(Pace pace) {
        int next = 0;
        while (running) {
            pace.awaitNext();
            int row = Rows.DIRECT + next++ % Rows.THROUGH_API;
            long value = written.merge(row, 1L, Long::sum);
            String body = "{\"value\":" + value + "}";
            try {
                Response answer =
                        exchange(
                                // One whose answer was lost may still commit, but not over a
                                // later one.
                                "PATCH /rest/v1/%s?id=eq.%d&value=lt.%d"
                                        .formatted(Rows.TABLE, row, value),
                                "Content-Type: application/json\r\nContent-Length: "
                                        + body.length()
                                        + "\r\n",
                                body);
                if (answer.status() / 100 == 2) {
                    truth.wrote(row, value, System.nanoTime());
                    acknowledged.put(row, value);
                }
            } catch (IOException e) {
                // Not acknowledged: it may or may not have happened.
            }
        }
    }

    /** All that are due from a moment on and have ended, in no order. */
    List<Sample> samplesSince(long nanos) {
        return samples.stream().filter(sample -> sample.dueNanos() - nanos >= 0).toList();
    }

    /** What no answer may say, so far. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    /** How many rows the database has at less than what was acknowledged. */
    int acknowledgedAndLost() throws SQLException {
        Map<Integer, Long> before = Map.copyOf(acknowledged);
        Map<Integer, Long> now = Rows.values(database);
        return (int)
                before.entrySet().stream()
                        .filter(entry -> now.getOrDefault(entry.getKey(), -1L) < entry.getValue())
                        .count();
    }

    @Override
    public void close() {
        running = false;
        join();
        readers.close();
        for (Idle used = idle.poll(); used != null; used = idle.poll()) {
            try {
                used.connection().close();
            } catch (IOException e) {
                // Nothing more is asked of it.
            }
        }
    }

    private void join() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
