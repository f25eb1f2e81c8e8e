package dev.tidemark.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Suite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * As much load as the machine bears, of every kind, for a while: what each service holds of memory,
 * threads and files is no more at its end than after its beginning.
 */
@ExtendWith(SharedSuite.class)
class SoakIT {

    /** {@code -Dsoak.minutes=15} for what it is meant for. */
    private static final int MINUTES = Integer.getInteger("soak.minutes", 0);

    private static final Duration LENGTH =
            MINUTES == 0 ? Duration.ofSeconds(5) : Duration.ofMinutes(MINUTES);

    /** Until pools are full, caches warm and code compiled. */
    private static final Duration WARM_UP =
            LENGTH.compareTo(Duration.ofMinutes(1)) < 0 ? LENGTH : Duration.ofMinutes(1);

    private static final int READERS = 12;
    private static final int ROWS = 4_000;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /**
     * What a process holds.
     *
     * @param heapBytes of all that can be reached
     * @param heapSizeBytes what the JVM has for its heap: up to {@code -Xmx}, as much as it took to
     *     collect seldom, and not given back at once
     * @param residentBytes of memory of all kinds, that and buffers outside of the heap included; 0
     *     where the system does not say
     * @param files connections are files too
     */
    private record Held(
            long heapBytes, long heapSizeBytes, long residentBytes, int threads, int files) {

        long outsideOfHeapBytes() {
            return Math.max(0, residentBytes - heapSizeBytes);
        }

        @Override
        public String toString() {
            return "%d of %d MiB of heap, %d MiB resident, %d threads, %d files"
                    .formatted(
                            heapBytes >> 20,
                            heapSizeBytes >> 20,
                            residentBytes >> 20,
                            threads,
                            files);
        }
    }

    @Test
    void everyService_holdsNoMoreAfterLongLoad(Suite suite) throws Exception {
        createRows(suite);
        load(suite, WARM_UP);
        // Of JVMs that have just started; what is held is looked at in silence.
        failures.clear();
        answers.set(0);
        refusals.set(0);
        Map<String, Held> before = held(suite);
        load(suite, LENGTH);
        Map<String, Held> after = held(suite);
        http.close();

        System.out.printf("%d answers, %d refusals%n", answers.get(), refusals.get());
        before.forEach((service, then) ->
                System.out.printf("%s: %s; then %s%n", service, then, after.get(service)));
        assertThat(failures).isEmpty();
        BufferLeaks.assertNone(suite);
        assertThat(refusals.get()).isLessThan(1 + answers.get() / 100);
        before.forEach((service, then) ->
                assertBounded(service, then, requireNonNull(after.get(service))));
    }

    private void load(Suite suite, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            long seed = i;
            URI gateway = suite.gatewayUris().get(i % suite.gatewayUris().size());
            threads.add(
                    Thread.ofVirtual().start(() -> read(gateway, new SplittableRandom(seed), end)));
        }
        threads.add(Thread.ofVirtual().start(() -> write(suite, end)));
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void assertBounded(String service, Held then, Held now) {
        // Load is never the same at two moments: a leak goes on, and noise does not.
        assertThat(now.heapBytes())
                .as("heap of %s", service)
                .isLessThan(then.heapBytes() * 5 / 4 + (24 << 20));
        assertThat(now.outsideOfHeapBytes())
                .as("memory outside of the heap of %s", service)
                .isLessThanOrEqualTo(then.outsideOfHeapBytes() * 5 / 4 + (32 << 20));
        assertThat(now.threads()).as("threads of %s", service).isLessThan(then.threads() + 32);
        assertThat(now.files()).as("files of %s", service).isLessThan(then.files() + 64);
    }

    private static void createRows(Suite suite) throws SQLException {
        try (Connection connection = suite.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE soak_row (id int PRIMARY KEY, n bigint NOT NULL, text text NOT NULL);
                    INSERT INTO soak_row
                        SELECT i, 0, repeat('soak ', 80) FROM generate_series(1, %d) i
                    """
                            .formatted(ROWS));
        }
    }

    /**
     * Of a hundred: rows, mostly; lists; rows that are not there; reads past the caches; streams.
     */
    private static String target(SplittableRandom random) {
        int kind = random.nextInt(100);
        int id = 1 + random.nextInt(ROWS);
        if (kind < 60) {
            // As some rows are asked for more often than others.
            return "soak_row/" + Math.max(1, id * (1 + random.nextInt(ROWS)) / ROWS);
        }
        if (kind < 80) {
            // Few enough that the near cache does not grow any more after a moment.
            return "soak_row?select=id,n&order=id&limit=50&offset=" + id % 100;
        }
        if (kind < 90) {
            return "soak_row/" + (ROWS + random.nextInt(1_000_000));
        }
        return kind < 99
                ? "soak_row?id=in.(" + id % 200 + "," + (id % 200 + 200) + ")"
                : "soak_row";
    }

    private void read(URI gateway, SplittableRandom random, long end) {
        while (System.nanoTime() - end < 0) {
            String target = target(random);
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(gateway.resolve("/rest/v1/" + target))
                            .timeout(Duration.ofSeconds(30));
            if (random.nextInt(50) == 0) {
                request.header("Cache-Control", "no-cache");
            }
            try {
                HttpResponse<Void> answer = http.send(request.build(), BodyHandlers.discarding());
                answers.incrementAndGet();
                switch (answer.statusCode()) {
                    // Found, not there, and too much that is not there.
                    case 200, 206, 404, 429 -> {}
                    // Too much at once, and too late: more is asked for than two cores can do.
                    case 503, 504 -> refusals.incrementAndGet();
                    default -> failures.add(target + ": " + answer.statusCode());
                }
            } catch (IOException e) {
                failures.add(target + ": " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** So that entries are invalid all the time. */
    private void write(Suite suite, long end) {
        SplittableRandom random = new SplittableRandom(99);
        try (Connection connection = suite.database().connect();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE soak_row SET n = n + 1 WHERE id = ?")) {
            while (System.nanoTime() - end < 0) {
                update.setInt(1, 1 + random.nextInt(ROWS));
                update.executeUpdate();
                await().pollDelay(Duration.ofMillis(5)).until(() -> true);
            }
        } catch (SQLException e) {
            failures.add(e.toString());
        }
    }

    private Map<String, Held> held(Suite suite) throws InterruptedException {
        Map<String, Held> all = new ConcurrentSkipListMap<>();
        List<Thread> threads = new ArrayList<>();
        for (Part part : suite.parts()) {
            URI management = suite.managementUris().get(part.name());
            if (management != null) {
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> all.put(part.name(), held(part, management))));
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(all).as("services").hasSize(suite.managementUris().size());
        return all;
    }

    private Held held(Part part, URI management) {
        try {
            long reachableBytes = reachableBytes(part.pid());
            Meters meters = Meters.of(management);
            return new Held(
                    reachableBytes,
                    (long) meters.sum("jvm_memory_committed_bytes", "area=\"heap\""),
                    residentBytes(part.pid()),
                    (int) meters.sum("jvm_threads_live_threads"),
                    (int) meters.sum("process_files_open_files"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Not what is in use, which a moment after a collection is some 20 MiB of garbage more. */
    private static long reachableBytes(long pid) throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home", ""), "bin", "jcmd")
                                        .toString(),
                                Long.toString(pid),
                                "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        List<String> lines;
        try (BufferedReader output = jcmd.inputReader()) {
            lines = output.readAllLines();
        }
        assertThat(jcmd.waitFor()).as("jcmd").isZero();
        // Total, instances, bytes.
        String[] total = lines.getLast().split(" +");
        assertThat(total).as(lines.getLast()).hasSize(3).startsWith("Total");
        return Long.parseLong(total[2]);
    }

    private static long residentBytes(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }
}
