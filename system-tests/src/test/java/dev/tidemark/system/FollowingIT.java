package dev.tidemark.system;

import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.launch.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is cached in every gateway follows the database, through all services. */
@ExtendWith(SharedSuite.class)
class FollowingIT {

    /** For how long a writer stays open; {@code -Dlong.writer.seconds=600} for a soak. */
    private static final Duration LONG =
            Duration.ofSeconds(Integer.getInteger("long.writer.seconds", 3));

    private static final int FILMS = 80;

    private static final int LOOKS_AT_A_TIME = 16;

    /** Far below any TTL: only a change that was told can make an answer new within it. */
    private static final Duration TOLD_MAX = Duration.ofSeconds(5);

    /**
     * A type of primary key.
     *
     * @param type as the column is declared
     * @param spellings of one and the same key, the first as a literal in SQL too
     */
    private record KeyType(String name, String type, List<String> spellings) {

        KeyType(String name, String type, String... spellings) {
            this(name, type, List.of(spellings));
        }

        String table() {
            return "key_" + name;
        }

        String key() {
            return "'" + spellings.getFirst().replace("'", "''") + "'";
        }

        List<String> targets() {
            List<String> targets = new ArrayList<>();
            for (String spelling : spellings) {
                String encoded =
                        URLEncoder.encode(spelling, StandardCharsets.UTF_8).replace("+", "%20");
                targets.add("/rest/v1/" + table() + "?id=eq." + encoded);
                // In a path a comma parts the columns of a key.
                if (!spelling.contains(",")) {
                    targets.add("/rest/v1/" + table() + "/" + encoded);
                }
            }
            return targets;
        }
    }

    private static final List<KeyType> KEYS =
            List.of(
                    new KeyType("smallint", "smallint", "-7", "-07", " -7 "),
                    new KeyType("integer", "integer", "42", "+42", "0042"),
                    new KeyType("bigint", "bigint", "9007199254740993", "09007199254740993"),
                    new KeyType("boolean", "boolean", "t", "true", "YES", "1"),
                    new KeyType("text", "text", "a \"b\" 'c' \\d/日 %:*"),
                    new KeyType("char", "char(6)", "ab", "ab    "),
                    new KeyType("citext", "citext", "MiXed", "mixed", "MIXED"),
                    new KeyType(
                            "uuid",
                            "uuid",
                            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                            "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                            "{a0eebc999c0b4ef8bb6d6bb9bd380a11}"),
                    new KeyType("date", "date", "2022-03-01", "20220301", "1 March 2022"),
                    new KeyType(
                            "timestamptz",
                            "timestamptz",
                            "2022-07-01 12:00:00.5+00",
                            "2022-07-01T12:00:00.5Z",
                            "2022-07-01 14:00:00.500 Europe/Berlin",
                            "2022-07-01 04:00:00.5 PST"),
                    new KeyType("numeric", "numeric", "1.5", "1.50", "15e-1"),
                    new KeyType("float", "double precision", "0", "-0", "0e5"),
                    new KeyType("interval", "interval", "1 day", "24:00:00", "P1D"),
                    new KeyType("inet", "inet", "10.0.0.1", "10.0.0.1/32"),
                    new KeyType("bytea", "bytea", "\\x01ff", "\\x01FF", "\\001\\377"),
                    new KeyType("enum", "genre", "science fiction"),
                    new KeyType("domain", "year", "2006", "+2006"),
                    new KeyType("array", "text[]", "{a,\"b c\"}", "{ \"a\" , b c}"),
                    // Without letters: of what else is in there, one could be a word for today.
                    new KeyType("composite", "place", "(7,1.0)", "(\" 7\",1.00)"));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    @SuppressWarnings("NullAway.Init")
    private static Suite suite;

    @BeforeAll
    static void start(Suite shared) throws SQLException {
        suite = shared;
        execute(
                """
                CREATE EXTENSION citext;
                CREATE TYPE genre AS ENUM ('drama', 'science fiction');
                CREATE DOMAIN year AS integer CHECK (VALUE BETWEEN 1900 AND 2100);
                CREATE TYPE place AS (shelf int, height numeric);
                CREATE TABLE film (id int PRIMARY KEY, title text NOT NULL);
                """);
        execute("INSERT INTO film SELECT i, 'new' FROM generate_series(1, %d) i".formatted(FILMS));
        execute(
                KEYS.stream()
                        .map(key ->
                                "CREATE TABLE %s (id %s PRIMARY KEY, n int)"
                                        .formatted(key.table(), key.type()))
                        .collect(Collectors.joining(";")));
        List<String> first =
                Stream.concat(
                                KEYS.stream().map(key -> key.targets().getFirst()),
                                Stream.of("/rest/v1/film/1"))
                        .toList();
        everywhere(first, FollowingIT::awaitFollowed);
    }

    private interface Look {
        void at(URI gateway, String target);
    }

    /** All targets at all gateways, some at a time. */
    private static void everywhere(List<String> targets, Look look) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(LOOKS_AT_A_TIME, Thread.ofVirtual().factory())) {
            List<Future<?>> looks = new ArrayList<>();
            for (URI gateway : suite.gatewayUris()) {
                for (String target : targets) {
                    looks.add(threads.submit(() -> look.at(gateway, target)));
                }
            }
            for (Future<?> looked : looks) {
                looked.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until then answers are served by time only, and would prove nothing. */
    private static void awaitFollowed(URI gateway, String target) {
        await(target)
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(60))
                .until(() -> isFollowedHit(get(gateway, target)));
    }

    @Test
    void row_isSeenToComeChangeAndGo_howeverItsKeyIsSpelt() throws SQLException {
        awaitCached("");
        for (KeyType key : KEYS) {
            execute("INSERT INTO %s VALUES (%s, 1)".formatted(key.table(), key.key()));
        }
        awaitEverywhere("\"n\":1");
        awaitCached("\"n\":1");
        for (KeyType key : KEYS) {
            execute("UPDATE %s SET n = 2".formatted(key.table()));
        }
        awaitEverywhere("\"n\":2");
        awaitCached("\"n\":2");
        for (KeyType key : KEYS) {
            execute("DELETE FROM " + key.table());
        }
        everywhere(
                allTargets(),
                (gateway, target) ->
                        awaitTold(target)
                                .until(() -> !get(gateway, target).body().contains("\"n\":")));
    }

    private static List<String> allTargets() {
        return KEYS.stream().flatMap(key -> key.targets().stream()).toList();
    }

    private static List<String> films(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(id -> "/rest/v1/film/" + id).toList();
    }

    private static ConditionFactory awaitTold(String target) {
        return await(target)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(TOLD_MAX);
    }

    private static void awaitEverywhere(String content) {
        everywhere(
                allTargets(),
                (gateway, target) ->
                        awaitTold(target)
                                .until(() -> get(gateway, target).body().contains(content)));
    }

    /** What is not in a cache would be new without anybody telling. */
    private static void awaitCached(String content) {
        everywhere(allTargets(), (gateway, target) -> awaitCached(gateway, target, content));
    }

    /** Not at the next read: one that an autovacuum overtakes has to be fetched once more. */
    private static void awaitCached(URI gateway, String target, String content) {
        awaitTold(target)
                .until(() -> {
                    HttpResponse<String> answer = get(gateway, target);
                    return isFollowedHit(answer) && answer.body().contains(content);
                });
    }

    @Test
    void longWriters_doNotEmptyTheCache() throws SQLException {
        try (Connection elsewhere = suite.database().withDatabase("postgres").connect();
                Connection here = suite.database().connect();
                Statement otherDatabase = elsewhere.createStatement();
                Statement sameTable = here.createStatement()) {
            elsewhere.setAutoCommit(false);
            otherDatabase.execute("CREATE TABLE batch (id int)");
            here.setAutoCommit(false);
            sameTable.execute("UPDATE film SET title = 'long' WHERE id <= 10");
            await("both to be announced")
                    .until(() ->
                            query("SELECT cardinality(announced) FROM tidemark.incarnation")
                                    .equals("2"));

            long end = System.nanoTime() + LONG.toNanos();
            int round = 0;
            while (round == 0 || end - System.nanoTime() > 0) {
                round++;
                String title = "round " + round;
                // Whose slots are touched while the writers are open are read again and kept.
                execute("UPDATE film SET title = '%s' WHERE id > 40".formatted(title));
                everywhere(films(1, 40), (gateway, film) -> awaitCached(gateway, film, "new"));
                everywhere(films(41, FILMS), (gateway, film) -> awaitCached(gateway, film, title));
            }
            here.commit();
            elsewhere.rollback();
        }
        everywhere(
                films(1, 10),
                (gateway, film) ->
                        awaitTold(film).until(() -> get(gateway, film).body().contains("long")));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = suite.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = suite.database().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static HttpResponse<String> get(URI gateway, String target) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(gateway.resolve(target))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(gateway + target, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isFollowedHit(HttpResponse<String> answer) {
        String status = answer.headers().firstValue("Cache-Status").orElse("");
        return status.startsWith("tidemark-near; hit") && !status.contains("time-only");
    }
}
