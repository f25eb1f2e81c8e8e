package dev.tidemark.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A database that has no connection left, and a table that somebody has locked. */
@ExtendWith(OutputCaptureExtension.class)
class BusyDatabaseIT {

    private static final String ROLE = "tidemark_busy";

    /** The wait for a place in the lane and for a connection, and what a busy machine adds. */
    private static final Duration BOUND = Duration.ofSeconds(5);

    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private static TestDatabase database;
    private static Service service;

    @BeforeAll
    static void start() {
        database = Backends.postgres().freshDatabase();
        database.execute(Service.resource("/fixture.sql"));
        database.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD 'busy' IN ROLE tidemark_reader");
        database.execute("CREATE VIEW locked_view AS SELECT film_id, title FROM film");
        database.execute("GRANT SELECT ON locked_view TO tidemark_reader");
        allowConnections(0);
        service =
                Service.start(
                        Map.of(
                                "tidemark.database.url",
                                "postgresql://%s:busy@%s:%d/%s"
                                        .formatted(
                                                ROLE,
                                                database.host(),
                                                database.port(),
                                                database.name()),
                                "tidemark.change.enabled",
                                "false",
                                "tidemark.refresh-interval",
                                "1s",
                                "tidemark.lanes.rows.permits",
                                "4",
                                "tidemark.lanes.lists.permits",
                                "2"));
        assertThat(service.management("/actuator/health/readiness").status()).isEqualTo(503);
        assertUnavailable(service.get("/film/1"));
        allowConnections(-1);
        service.awaitReady();
    }

    /** PostgreSQL's own "too many connections", without the rest of the server having none. */
    private static void allowConnections(int limit) {
        database.execute("ALTER ROLE " + ROLE + " CONNECTION LIMIT " + limit);
    }

    @AfterAll
    static void stop() {
        service.close();
        database.execute("DROP ROLE " + ROLE);
    }

    @Test
    void tooManyConnections_areUnavailable_andNoLongerThanTheyLast(CapturedOutput output)
            throws ExecutionException, InterruptedException {
        assertThat(service.get("/film/1").status()).isEqualTo(200);
        allowConnections(0);
        database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                        + ROLE
                        + "'");

        List<Timed> replies = atOnce(20, i -> i % 2 == 0 ? "/film/1" : "/film?limit=2");
        assertThat(replies)
                .allSatisfy(timed -> {
                    assertComeBack(timed.reply());
                    assertThat(timed.took()).isLessThan(BOUND);
                });
        assertThat(service.management("/actuator/health/liveness").status()).isEqualTo(200);

        allowConnections(-1);
        await().atMost(RECOVERY).until(() -> service.get("/film/1").status() == 200);
        assertThat(service.get("/film?limit=2").status()).isEqualTo(200);
        assertThat(output).doesNotContain("\tat ");
    }

    @Test
    void lockedTable_isRefusedInABoundedTime_andTheOthersAreServed() throws Exception {
        assertThat(service.get("/film_actor/1,1").status()).isEqualTo(200);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE film IN ACCESS EXCLUSIVE MODE");

            // The first to come find out; the places of their lanes are few.
            assertRefused(atOnce(20, BusyDatabaseIT::lockedTarget));
            for (int round = 0; round < 3; round++) {
                try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    Future<List<Timed>> refused =
                            threads.submit(() -> atOnce(30, BusyDatabaseIT::lockedTarget));
                    List<Timed> served =
                            atOnce(10, i -> i % 2 == 0 ? "/film_actor/1,1" : "/film_actor?limit=2");
                    assertThat(served)
                            .allSatisfy(timed ->
                                    assertThat(timed.reply().status())
                                            .as(timed.toString())
                                            .isEqualTo(200));
                    assertRefused(refused.get());
                }
            }
            assertThat(service.management("/actuator/prometheus").body())
                    .contains("tidemark_lanes_locked{lane=\"rows\",server=\"primary\"} 1.0");
            assertCatalogueIsRead();
            assertThat(service.management("/actuator/health/readiness").status()).isEqualTo(200);
            other.rollback();
        }
        await().atMost(RECOVERY)
                .until(() ->
                        List.of("/film/1", "/film?limit=2", "/locked_view?limit=1").stream()
                                .allMatch(target -> service.get(target).status() == 200));
        assertThat(atOnce(20, BusyDatabaseIT::lockedTarget))
                .allSatisfy(timed -> assertThat(timed.reply().status()).isEqualTo(200));
    }

    private static String lockedTarget(int i) {
        return switch (i % 3) {
            case 0 -> "/film/1";
            case 1 -> "/film?limit=2";
            default -> "/locked_view?limit=1";
        };
    }

    /** The schema is still looked at: a table that is new is found, whatever is locked. */
    private static void assertCatalogueIsRead() {
        database.execute("CREATE TABLE made_meanwhile (id integer PRIMARY KEY)");
        database.execute("GRANT SELECT ON made_meanwhile TO tidemark_reader");
        await().atMost(RECOVERY).until(() -> service.get("/made_meanwhile").status() == 200);
    }

    private static void assertRefused(List<Timed> replies) {
        assertThat(replies)
                .allSatisfy(timed -> {
                    assertComeBack(timed.reply());
                    assertThat(timed.reply().body()).contains("locked by another session");
                    assertThat(timed.took()).isLessThan(BOUND);
                });
    }

    private static void assertComeBack(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.body()).doesNotContain("Exception", ROLE, "127.0.0.1");
    }

    private static void assertUnavailable(Reply reply) {
        assertComeBack(reply);
        assertThat(reply.body()).contains("origin-unavailable");
    }

    private record Timed(Reply reply, Duration took) {}

    private interface Targets {
        String target(int i);
    }

    private static List<Timed> atOnce(int count, Targets targets)
            throws ExecutionException, InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Timed>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String target = targets.target(i);
                futures.add(
                        threads.submit(() -> {
                            long begun = System.nanoTime();
                            Reply reply = service.get(target);
                            return new Timed(reply, Duration.ofNanos(System.nanoTime() - begun));
                        }));
            }
            List<Timed> replies = new ArrayList<>();
            for (Future<Timed> future : futures) {
                replies.add(future.get());
            }
            return replies;
        }
    }
}
