package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.benchmarks.failure.Truth;
import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.testing.Seed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Writers past and through the API, readers at every level, and kills of every kind of process: no
 * read may see what its level forbids.
 */
@ExtendWith(SharedSuite.class)
class CoherenceIT {

    /** {@code -Dcoherence.seconds=…} for a soak. */
    private static final Duration RUN =
            Duration.ofSeconds(Integer.getInteger("coherence.seconds", 60));

    private static final int ROWS = 96;
    private static final int DIRECT_WRITERS = 8;
    private static final int API_WRITERS = 4;
    private static final int READERS = 16;

    /** Fewer prove little; a busy machine is given more time for them. */
    private static final Map<String, Long> WANTED =
            Map.of(
                    "hit", 1_000L,
                    "session", 100L,
                    "strong", 100L,
                    "written directly", 100L,
                    "written through the API", 10L);

    private static final Pattern ROW = Pattern.compile("\\{\"id\":(\\d+),\"value\":(\\d+)}");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Truth truth = new Truth();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void readers_neverSeeWhatTheirLevelForbids_whateverDies(Suite suite, @Seed long seed)
            throws Exception {
        createTable(suite);
        awaitFollowed(suite);
        List<Thread> threads = new ArrayList<>();
        CountDownLatch begin = new CountDownLatch(1);
        for (int i = 0; i < DIRECT_WRITERS + API_WRITERS; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            int writer = i;
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                awaitUnchecked(begin);
                                if (writer < DIRECT_WRITERS) {
                                    writeDirectly(suite, writer, random);
                                } else {
                                    writeThroughTheApi(suite, writer, random);
                                }
                            }));
        }
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            SplittableRandom random = new SplittableRandom(seed + 1_000 + i);
            int reader = i;
            readers.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                awaitUnchecked(begin);
                                read(suite, reader, random);
                            }));
        }
        begin.countDown();
        try {
            killAround(suite, new SplittableRandom(seed));
            awaitWanted();
        } finally {
            over.countDown();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Thread thread : readers) {
            thread.join();
        }
        suite.parts().forEach(Part::awaitReady);
        sweep(suite);
        suite.managementUris().forEach(this::collectChecks);

        System.out.println("Coherence: " + counts + ", seed " + seed);
        assertThat(violations).as("seed " + seed).isEmpty();
        assertThat(count("checked consistent")).isGreaterThan(10);
        assertThat(count("checked overtaken")).isGreaterThan(10);
    }

    private void awaitWanted() {
        WANTED.forEach((what, least) ->
                await("more than " + least + " of: " + what + "; there are " + counts)
                        .atMost(RUN.multipliedBy(2))
                        .until(() -> count(what) > least));
    }

    private static void createTable(Suite suite) throws SQLException {
        try (Connection connection = suite.database().connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE public.counter (id int PRIMARY KEY, value bigint NOT NULL);
                    INSERT INTO public.counter SELECT i, 0 FROM generate_series(0, %d) i
                    """
                            .formatted(ROWS - 1));
        }
    }

    /** Until then answers are served by time only, and would prove nothing. */
    private void awaitFollowed(Suite suite) {
        for (URI gateway : suite.gatewayUris()) {
            await("answers from " + gateway + " to be followed")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        HttpResponse<String> answer = get(gateway, "/rest/v1/counter/0");
                        String status = header(answer, "Cache-Status");
                        return answer.statusCode() == 200
                                && status.startsWith("tidemark-near; hit")
                                && !status.contains("time-only");
                    });
        }
    }

    // What the gateways have found out about themselves.

    private static final Pattern CHECKS =
            Pattern.compile(
                    "tidemark_consistency_checks_total\\{outcome=\"(\\w+)\",window=\"(\\w+)\"} (.+)");

    /** Of one process, whose counts end with it. */
    private void collectChecks(String name, URI management) {
        if (!name.startsWith("gateway")) {
            return;
        }
        Matcher checks =
                CHECKS.matcher(
                        get(management, "/actuator/prometheus", "Accept", "text/plain").body());
        while (checks.find()) {
            long checked = (long) Double.parseDouble(checks.group(3));
            String outcome = checks.group(1);
            counts.computeIfAbsent("checked " + outcome, _ -> new AtomicLong()).addAndGet(checked);
            if (checked > 0 && (outcome.equals("inconsistent") || outcome.equals("late"))) {
                violations.add(
                        "%s found %d %s after %s: %s"
                                .formatted(
                                        name,
                                        checked,
                                        outcome,
                                        checks.group(2),
                                        get(management, "/actuator/consistency").body()));
            }
        }
    }

    // Writers: each has its own rows, so that a row's values only grow.

    private static int ownRow(int writer, SplittableRandom random) {
        int writers = DIRECT_WRITERS + API_WRITERS;
        return writer + writers * random.nextInt(ROWS / writers);
    }

    private void writeDirectly(Suite suite, int writer, SplittableRandom random) {
        Map<Integer, Long> values = new HashMap<>();
        while (isRunning()) {
            try (Connection connection = suite.database().connect();
                    PreparedStatement update =
                            connection.prepareStatement(
                                    "UPDATE public.counter SET value = ? WHERE id = ?")) {
                while (isRunning()) {
                    int row = ownRow(writer, random);
                    long value = values.merge(row, 1L, Long::sum);
                    update.setLong(1, value);
                    update.setInt(2, row);
                    update.executeUpdate();
                    truth.wrote(row, value, System.nanoTime());
                    counted("written directly");
                    pause(random.nextInt(60));
                }
            } catch (SQLException e) {
                counted("writer failed");
            }
        }
    }

    private void writeThroughTheApi(Suite suite, int writer, SplittableRandom random) {
        Map<Integer, Long> values = new HashMap<>();
        while (isRunning()) {
            int row = ownRow(writer, random);
            long value = values.merge(row, 1L, Long::sum);
            URI gateway = pick(suite.gatewayUris(), random);
            // One whose answer was lost may still commit, but not over a later one.
            String target = "/rest/v1/counter?id=eq.%d&value=lt.%d".formatted(row, value);
            try {
                HttpResponse<String> answer =
                        http.send(
                                HttpRequest.newBuilder(gateway.resolve(target))
                                        .timeout(Duration.ofSeconds(10))
                                        .header("Content-Type", "application/json")
                                        .method(
                                                "PATCH",
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"value\":" + value + "}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    truth.wrote(row, value, System.nanoTime());
                    counted("written through the API");
                    readOwnWrite(suite, row, value, header(answer, "Tidemark-Token"), random);
                } else if (answer.statusCode() == 404) {
                    violations.add("not found: " + describe(answer));
                } else {
                    counted("write refused " + answer.statusCode());
                }
            } catch (IOException e) {
                counted("write failed");
            } catch (InterruptedException e) {
                return;
            }
            pause(random.nextInt(50));
        }
    }

    private void readOwnWrite(
            Suite suite, int row, long value, String token, SplittableRandom random) {
        tryGet(
                pick(suite.gatewayUris(), random),
                "/rest/v1/counter/" + row,
                "Tidemark-Token",
                token,
                (answer, _) -> {
                    counted("own write");
                    long seen = values(answer).getOrDefault(row, -1L);
                    if (seen < value) {
                        violations.add(
                                "own write: row %d is %d after %d was written: %s"
                                        .formatted(row, seen, value, describe(answer)));
                    }
                });
    }

    // Readers.

    private void read(Suite suite, int reader, SplittableRandom random) {
        Map<Integer, Long> seen = new ConcurrentHashMap<>();
        String[] token = {""};
        while (isRunning()) {
            URI gateway = pick(suite.gatewayUris(), random);
            int row = random.nextInt(ROWS);
            String target =
                    random.nextInt(10) == 0
                            ? "/rest/v1/counter?select=id,value&id=lt.10"
                            : "/rest/v1/counter/" + row;
            switch (reader % 4) {
                case 0 -> readSession(gateway, target, seen, token);
                case 1 -> readStrong(gateway, target);
                default -> readBoundedEverywhere(suite, target);
            }
            pause(random.nextInt(5));
        }
    }

    /** What the first has fetched the others may find in the shared cache, and all in their own. */
    private void readBoundedEverywhere(Suite suite, String target) {
        for (int round = 0; round < 2; round++) {
            for (URI gateway : suite.gatewayUris()) {
                readBounded(gateway, target);
            }
        }
    }

    private void readBounded(URI gateway, String target) {
        tryGet(
                gateway,
                target,
                "Tidemark-Timeout",
                "5s",
                (answer, asked) -> {
                    String staleness = header(answer, "Tidemark-Staleness");
                    boolean hit = header(answer, "Cache-Status").contains("; hit");
                    counted(hit ? "hit" : "fetched");
                    long bound =
                            staleness.isEmpty()
                                    ? 0
                                    : Duration.ofMillis(Long.parseLong(staleness.replace("ms", "")))
                                            .toNanos();
                    requireAtLeast("bounded", answer, asked - bound);
                });
    }

    private void readStrong(URI gateway, String target) {
        tryGet(
                gateway,
                target,
                "Cache-Control",
                "no-cache",
                (answer, asked) -> {
                    counted("strong");
                    requireAtLeast("strong", answer, asked);
                });
    }

    private void readSession(URI gateway, String target, Map<Integer, Long> seen, String[] token) {
        String name = token[0].isEmpty() ? "Tidemark-Timeout" : "Tidemark-Token";
        String value = token[0].isEmpty() ? "5s" : token[0];
        tryGet(
                gateway,
                target,
                name,
                value,
                (answer, _) -> {
                    counted("session");
                    values(answer)
                            .forEach((row, now) -> {
                                long before = seen.getOrDefault(row, 0L);
                                if (now < before) {
                                    violations.add(
                                            "session: row %d is %d after %d was seen: %s"
                                                    .formatted(row, now, before, describe(answer)));
                                }
                                seen.merge(row, now, Math::max);
                            });
                    token[0] = header(answer, "Tidemark-Token");
                });
    }

    private void requireAtLeast(String level, HttpResponse<String> answer, long moment) {
        values(answer)
                .forEach((row, value) -> {
                    long least = truth.visibleAt(row, moment);
                    if (value < least) {
                        violations.add(
                                "%s: row %d is %d, was %d by then: %s"
                                        .formatted(level, row, value, least, describe(answer)));
                    }
                });
    }

    // Kills.

    /** One of each kind in every minute: each needs some seconds to be back. */
    private void killAround(Suite suite, SplittableRandom random) {
        List<String> kinds =
                List.of("data-retrieval-service", "gateway", "cache-service", "Redis node");
        long each = Duration.ofMinutes(1).dividedBy(kinds.size() + 1L).toNanos();
        long end = System.nanoTime() + RUN.toNanos();
        for (int i = 0; end - System.nanoTime() > each; i++) {
            pauseNanos(each);
            String kind = kinds.get(i % kinds.size());
            List<Part> candidates =
                    kind.equals("Redis node")
                            ? masters(suite)
                            : suite.parts().stream()
                                    .filter(part -> part.name().startsWith(kind))
                                    .toList();
            Part victim = pick(candidates, random);
            URI management = suite.managementUris().get(victim.name());
            if (management != null) {
                collectChecks(victim.name(), management);
            }
            victim.kill();
            counted("killed " + kind);
        }
        pauseNanos(end - System.nanoTime());
    }

    private static List<Part> masters(Suite suite) {
        List<String> names =
                suite.redis().nodes().stream()
                        .filter(RedisNode::isMaster)
                        .map(node -> "Redis node " + node)
                        .toList();
        return suite.parts().stream().filter(part -> names.contains(part.name())).toList();
    }

    /** Two seconds after the last write every cached answer equals the database. */
    private void sweep(Suite suite) throws SQLException {
        long begun = System.nanoTime();
        await("two seconds without a write")
                .until(() -> System.nanoTime() - begun >= Duration.ofSeconds(2).toNanos());
        Map<Integer, Long> database = new HashMap<>();
        try (Connection connection = suite.database().connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id, value FROM public.counter")) {
            while (rows.next()) {
                database.put(rows.getInt(1), rows.getLong(2));
            }
        }
        List<URI> gateways = suite.gatewayUris();
        IntStream.range(0, gateways.size() * ROWS)
                .parallel()
                .forEach(i -> {
                    int row = i / gateways.size();
                    URI gateway = gateways.get(i % gateways.size());
                    HttpResponse<String> answer = get(gateway, "/rest/v1/counter/" + row);
                    assertThat(values(answer))
                            .as(describe(answer))
                            .containsEntry(row, database.get(row));
                });
    }

    // HTTP.

    private interface Check {
        /**
         * @param asked when the request was sent
         */
        void of(HttpResponse<String> answer, long asked);
    }

    /** What is shed, or meets a process that has just died, is no violation. */
    private void tryGet(URI gateway, String target, String name, String value, Check check) {
        long asked = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(gateway.resolve(target))
                                    .timeout(Duration.ofSeconds(10))
                                    .header(name, value)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 404) {
                // Neither the table nor any of its rows is ever not there.
                violations.add("not found: " + describe(answer));
            } else if (answer.statusCode() != 200 && answer.statusCode() != 206) {
                counted("status " + answer.statusCode());
            } else if (header(answer, "Cache-Status").contains("stale-if-error")) {
                counted("stale-if-error");
            } else {
                check.of(answer, asked);
            }
        } catch (IOException e) {
            counted("no answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<String> get(URI gateway, String target, String... headers) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(gateway.resolve(target)).timeout(Duration.ofSeconds(10));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(gateway + target, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<Integer, Long> values(HttpResponse<String> answer) {
        Map<Integer, Long> values = new ConcurrentHashMap<>();
        Matcher rows = ROW.matcher(answer.body());
        while (rows.find()) {
            values.put(Integer.parseInt(rows.group(1)), Long.parseLong(rows.group(2)));
        }
        return values;
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String describe(HttpResponse<String> answer) {
        return answer.uri()
                + " "
                + answer.body().strip()
                + " "
                + header(answer, "Cache-Status")
                + " staleness "
                + header(answer, "Tidemark-Staleness");
    }

    private void counted(String what) {
        counts.computeIfAbsent(what, _ -> new AtomicLong()).incrementAndGet();
    }

    private boolean isRunning() {
        return over.getCount() > 0;
    }

    private long count(String what) {
        AtomicLong count = counts.get(what);
        return count == null ? 0 : count.get();
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    private void pause(int millis) {
        pauseNanos(millis * 1_000_000L);
    }

    /** Think time of clients, which the end of the test ends. */
    private void pauseNanos(long nanos) {
        try {
            boolean _ = over.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
