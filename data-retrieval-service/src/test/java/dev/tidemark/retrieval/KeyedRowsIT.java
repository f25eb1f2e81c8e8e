package dev.tidemark.retrieval;

import static dev.tidemark.retrieval.Service.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.tag.Tags;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rows that are read by one statement, since the only place in the lane is taken. */
@SuppressWarnings("NullAway.Init")
class KeyedRowsIT {

    private static final String ROWS = "{lane=\"rows\",server=\"primary\"}";

    private static TestDatabase database;
    private static Service service;

    @BeforeAll
    static void start() {
        database = Backends.postgres().freshDatabase();
        database.execute(Service.resource("/fixture.sql"));
        database.execute(
                """
                CREATE TABLE taken (id integer PRIMARY KEY);
                CREATE TABLE small (id integer PRIMARY KEY, value integer);
                INSERT INTO small SELECT i, 10 * i FROM generate_series(1, 100) i;
                CREATE TABLE large (id integer PRIMARY KEY, value text);
                INSERT INTO large SELECT i, repeat('x', 300000) FROM generate_series(1, 100) i;
                GRANT SELECT ON taken, small, large TO tidemark_reader;
                """);
        service =
                Service.start(
                        Map.of(
                                "tidemark.database.url",
                                Service.readerUrl(database),
                                "tidemark.change.enabled",
                                "false",
                                "tidemark.database.lock-timeout",
                                "15s",
                                "tidemark.lanes.rows.permits",
                                "1",
                                "tidemark.lanes.rows.queue-timeout",
                                "20s",
                                "tidemark.lanes.rows.timeout",
                                "20s"));
        service.awaitReady();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** What must be the same however a row was read. */
    private record Seen(int status, String body, String entityTag, Tags tags) {

        static Seen of(Reply reply) {
            return new Seen(
                    reply.status(),
                    reply.body(),
                    reply.header("ETag"),
                    reply.status() == 400 ? Tags.of(List.of()) : reply.internal().tags());
        }
    }

    @Test
    void rows_areWhatTheyAreAlone_whateverTheirKeysAre() throws Exception {
        List<String> targets = new ArrayList<>();
        for (Map.Entry<String, List<String>> key : keys().entrySet()) {
            key.getValue()
                    .forEach(text -> targets.add("/key_" + key.getKey() + "/" + encoded(text)));
        }
        targets.addAll(
                List.of(
                        "/film_actor/1,1",
                        "/film_actor/1,2",
                        "/film_actor/2,1",
                        "/film_actor/2,2",
                        "/film_actor/02,1"));
        assertThat(gathered(targets)).isEqualTo(alone(targets));
    }

    /** Several of each, found and not, spelt in several ways. */
    private static Map<String, List<String>> keys() {
        return Map.of(
                "smallint", List.of("-7", "-07", " -7 ", "+08"),
                "text", List.of("a \"b\", \\c/日 %", "no:such\\row", "NULL", "{}"),
                "varchar", List.of("A b ", "A b"),
                "char", List.of("ab", "ab    ", "zz"),
                "citext", List.of("MiXed", "mixed", "zz"),
                "uuid",
                        List.of(
                                "{a0eebc999c0b4ef8bb6d6bb9bd380a11}",
                                "00000000000000000000000000000ABC"),
                "timestamptz",
                        List.of(
                                "2022-07-01T12:00:00.5Z",
                                "2022-07-01 04:00:00.5 PST",
                                "1999-01-01"),
                "bytea", List.of("\\x01ff", "\\001\\377", "\\000"),
                "enum", List.of("drama", "horror"),
                "domain", List.of("+2006", "01999"));
    }

    @Test
    void rows_areReadByOneStatement() throws Exception {
        List<String> targets =
                IntStream.rangeClosed(1, 60).mapToObj(i -> "/small/" + 2 * i).toList();
        List<Seen> wanted = alone(targets);
        // The first are few: nobody knows yet how large they are.
        gathered(targets.subList(0, 8));
        double before = statements("small");

        assertThat(gathered(targets)).isEqualTo(wanted);
        assertThat(statements("small")).isEqualTo(before + 1);
    }

    @Test
    void largeRows_areReadFewAtATime() throws Exception {
        List<String> targets = IntStream.rangeClosed(1, 20).mapToObj(i -> "/large/" + i).toList();
        List<Seen> wanted = alone(targets);
        gathered(targets.subList(0, 8));
        double before = statements("large");

        assertThat(gathered(targets)).isEqualTo(wanted);
        assertThat(statements("large")).isEqualTo(before + 20);
    }

    @Test
    void badKey_isItsReadersOnly() throws Exception {
        List<String> targets =
                List.of("/small/1", "/small/one", "/small/3", "/small/99999999999", "/small/5");

        List<Seen> seen = gathered(targets);

        assertThat(seen).isEqualTo(alone(targets));
        assertThat(seen).extracting(Seen::status).containsExactly(200, 400, 200, 400, 200);
    }

    @Test
    void deadline_isEachReadersOwn() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Taken place = new Taken()) {
            Future<Reply> first = threads.submit(() -> service.get("/small/1"));
            await().until(() -> meter("tidemark_lanes_waiting" + ROWS) == 1);
            Future<Reply> patient = threads.submit(() -> service.get("/small/2"));
            await().until(() -> meter("tidemark_origin_gathering") == 1);

            assertThat(service.get("/small/3", "Tidemark-Timeout", "100ms").status())
                    .isEqualTo(504);
            place.free();
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(patient.get().body()).contains("20");
        }
    }

    /** When the first, who waits for all, has to give up. */
    @Test
    void othersReadAlone_whenTheFirstHasNoMoreTime() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Taken place = new Taken()) {
            Future<Reply> first =
                    threads.submit(() -> service.get("/small/1", "Tidemark-Timeout", "2s"));
            await().until(() -> meter("tidemark_lanes_waiting" + ROWS) == 1);
            Future<Reply> other = threads.submit(() -> service.get("/small/2"));
            await().until(() -> meter("tidemark_origin_gathering") == 1);

            assertThat(first.get().status()).isEqualTo(503);
            place.free();
            assertThat(other.get().body()).contains("20");
        }
    }

    private static List<Seen> alone(List<String> targets) {
        return targets.stream().map(target -> Seen.of(service.get(target))).toList();
    }

    /** All at once while the only place is taken, which it is until all of them wait. */
    private static List<Seen> gathered(List<String> targets) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Taken place = new Taken()) {
            List<Future<Reply>> replies =
                    targets.stream()
                            .map(target -> threads.submit(() -> service.get(target)))
                            .toList();
            await().until(() ->
                    meter("tidemark_lanes_waiting" + ROWS) + meter("tidemark_origin_gathering")
                            == targets.size());
            place.free();
            List<Seen> seen = new ArrayList<>();
            for (Future<Reply> reply : replies) {
                seen.add(Seen.of(reply.get()));
            }
            return seen;
        }
    }

    /** A read of a locked table has the only place. */
    private static final class Taken implements AutoCloseable {

        private final Connection connection;
        private final Thread reader;

        Taken() throws Exception {
            connection = database.connect();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("LOCK TABLE taken IN ACCESS EXCLUSIVE MODE");
            }
            reader = Thread.ofVirtual().start(() -> service.get("/taken/1"));
            try {
                await().until(() -> meter("tidemark_lanes_active" + ROWS) == 1);
            } catch (ConditionTimeoutException e) {
                close();
                throw e;
            }
        }

        void free() throws Exception {
            connection.rollback();
        }

        @Override
        public void close() throws Exception {
            connection.close();
            reader.join();
        }
    }

    private static double statements(String table) {
        return meter("tidemark_origin_queries_total{table=\"public." + table + "\"}");
    }

    private static double meter(String name) {
        return service.management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
