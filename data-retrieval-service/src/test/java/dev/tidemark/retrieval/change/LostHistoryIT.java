package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.change.Captures.await;
import static dev.tidemark.retrieval.change.Captures.has;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.testing.PrivatePostgres;
import dev.tidemark.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What PostgreSQL does to whoever believes that a commit is seen from the moment it is logged, and
 * for ever after: some are decoded before they can be seen, and some are seen and then lost, with
 * their numbers given out again. No read may be served beyond the moment that it was true of.
 */
class LostHistoryIT {

    private static PrivatePostgres server;
    private static TestDatabase database;
    private static FakeLog log;
    private static ReadsAndLog reads;

    @BeforeAll
    static void start() {
        // Nothing but a commit that asks for it flushes for so long.
        server =
                PrivatePostgres.start(
                        Map.of(
                                "wal_writer_delay",
                                "10s",
                                "max_slot_wal_keep_size",
                                "32MB",
                                "max_prepared_transactions",
                                "1"));
        database = server.createDatabase("shop");
        database.execute(ReadsAndLog.FIXTURE);
        log = new FakeLog();
        reads = new ReadsAndLog(database, log);
    }

    @AfterAll
    static void stop() {
        reads.close();
        log.close();
        server.close();
    }

    @BeforeEach
    void begin() {
        if (!reads.capture.isRunning()) {
            reads.capture.start();
        }
        reads.awaitFollowed();
        write("before");
        reads.awaitComplete();
    }

    /** Writes to the row that all read; the transaction's number. */
    private static long write(String title) {
        return Long.parseLong(
                database.queryText(
                        "UPDATE film SET title = '%s' WHERE film_id = 1 RETURNING xmin"
                                .formatted(title)));
    }

    private static String incarnation() {
        return database.queryText("SELECT coalesce(max(number), 0) FROM tidemark.incarnation");
    }

    /** A new generation is there; what was read before is not valid, what is read now is. */
    private static void assertBeganAnew(int generationsBefore, Answer... readBefore) {
        reads.awaitFollowed();
        assertThat(log.generations()).hasSize(generationsBefore + 1);
        assertThat(log.generations().getLast().identity())
                .isNotEqualTo(log.generations().get(generationsBefore - 1).identity());
        assertThat(readBefore).noneMatch(reads::isValid);
        assertThat(reads.read().identity()).isEqualTo(log.follower().identity());
    }

    @Test
    void commitThatIsDecodedAndNotYetSeen_leavesReadsOfItsTimeInvalid() throws Exception {
        Answer before = reads.read();
        assertThat(reads.isValid(before)).isTrue();
        int records = log.size();
        server.set("synchronous_standby_names", "nobody");
        Answer during;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                awaitHanging(threads);
                Future<Long> writing = threads.submit(() -> write("hanging"));
                await().until(() -> told(records).isPresent());
                LogRecord told = told(records).orElseThrow();
                during = reads.read();
                assertThat(ReadsAndLog.title(during)).isEqualTo("before");
                assertThat(writing.isDone()).isFalse();
                // By its position it would have seen the commit.
                assertThat(during.seenLsn()).isGreaterThanOrEqualTo(told.position().lsn());
                assertThat(reads.isValid(during)).isFalse();
            } finally {
                server.set("synchronous_standby_names", "");
            }
        }
        reads.awaitComplete();
        assertThat(reads.isValid(during)).isFalse();
        assertThat(reads.isValid(before)).isFalse();
        Answer after = reads.read();
        assertThat(ReadsAndLog.title(after)).isEqualTo("hanging");
        assertThat(reads.isValid(after)).isTrue();
    }

    @Test
    void preparedTransaction_isToldOnceItCommits() {
        database.execute(
                """
                BEGIN;
                UPDATE film SET title = 'prepared' WHERE film_id = 1;
                PREPARE TRANSACTION 'one';
                """);
        reads.awaitComplete();
        Answer during = reads.read();
        assertThat(ReadsAndLog.title(during)).isEqualTo("before");
        database.execute("COMMIT PREPARED 'one'");
        reads.awaitComplete();
        assertThat(reads.isValid(during)).isFalse();
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("prepared");
    }

    /** Until commits wait for a standby, which is some moments after the setting was changed. */
    private static void awaitHanging(ExecutorService threads) {
        await().until(() -> {
            Future<?> probe =
                    threads.submit(() ->
                            database.execute("UPDATE film SET title = 'y' WHERE film_id = 2"));
            await().until(() -> probe.isDone() || isHanging());
            return !probe.isDone();
        });
    }

    private static boolean isHanging() {
        return database.queryText(
                        "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .equals("t");
    }

    private static Optional<LogRecord> told(int from) {
        return log.records().stream()
                .skip(from)
                .filter(record ->
                        record.content() instanceof Content.Changed(var change)
                                && has(change.tags(), Tag.row("public.film", "1")))
                .findFirst();
    }

    enum Crash {
        /** The whole server, as the machine's out-of-memory killer may do. */
        POSTMASTER {
            @Override
            void happen(Connection connection) {
                server.kill();
                server.start();
            }
        },
        /** One of its processes: the server ends all others and recovers by itself. */
        BACKEND {
            @Override
            void happen(Connection connection) throws SQLException {
                long pid;
                try (Statement statement = connection.createStatement();
                        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                    row.next();
                    pid = row.getLong(1);
                }
                server.kill(pid);
                await().until(LostHistoryIT::answers);
            }
        };

        abstract void happen(Connection connection) throws SQLException;
    }

    private static boolean answers() {
        try (Connection connection = database.connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void commitThatWasSeenAndLostInACrash_isNotServedAfter(Crash crash) throws Exception {
        Answer before = reads.read();
        assertThat(reads.isValid(before)).isTrue();
        int generations = log.generations().size();
        // Its heartbeats would flush what others have committed.
        reads.capture.stop();

        server.reload(); // wakes the WAL writer, which then sleeps for ten seconds
        long lost;
        Answer seen;
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            do {
                lost = writeAsynchronously(statement);
            } while (isFlushed(statement));
            seen = reads.read();
            assertThat(ReadsAndLog.title(seen)).isEqualTo("lost");
            assertThat(seen.version().xmin()).isGreaterThan(lost);
            crash.happen(connection);
        }
        assertThat(database.queryText("SELECT title FROM film WHERE film_id = 1"))
                .isNotEqualTo("lost");

        Answer recovered = reads.read();
        assertThat(recovered.followed()).isFalse();
        assertThat(recovered.identity().incarnation()).isZero();
        // The number is given out again, to a transaction that changes the same row.
        assertThat(write("other")).isLessThanOrEqualTo(lost);

        reads.capture.start();
        assertBeganAnew(generations, before, seen);
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("other");
    }

    private static long writeAsynchronously(Statement statement) throws SQLException {
        try (var row =
                statement.executeQuery(
                        "UPDATE film SET title = 'lost' WHERE film_id = 1 RETURNING xmin")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static boolean isFlushed(Statement statement) throws SQLException {
        try (var row =
                statement.executeQuery(
                        "SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn()")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Test
    void slotThatHasLostItsLog_isNotReadOn() {
        Answer before = reads.read();
        assertThat(reads.isValid(before)).isTrue();
        int generations = log.generations().size();
        reads.capture.stop();

        write("missed");
        Answer seen = reads.read();
        await().until(() -> {
            database.execute("SELECT pg_switch_wal()");
            database.execute("CREATE TABLE filler AS SELECT 1; DROP TABLE filler");
            database.execute("CHECKPOINT");
            return database.queryText("SELECT wal_status FROM pg_replication_slots").equals("lost");
        });

        reads.capture.start();
        assertBeganAnew(generations, before, seen);
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("missed");
        assertThat(database.queryText("SELECT wal_status FROM pg_replication_slots"))
                .isEqualTo("reserved");
    }

    /**
     * A server that is stopped in an orderly way keeps its unlogged table, so a copy of it has the
     * incarnation too: that the log tells of another history only the log's last record shows.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copyOfAStoppedServer_putBack_isAnotherHistory(boolean writtenBeyondTheLog) {
        reads.capture.stop();
        server.stop();
        Path copy = server.copy();
        server.start();
        reads.capture.start();
        reads.awaitFollowed();
        Answer common = reads.read();
        int generations = log.generations().size();
        long lost = write("lost");
        reads.awaitComplete();
        Answer seen = reads.read();
        assertThat(reads.isValid(seen)).isTrue();
        String incarnation = incarnation();

        reads.capture.stop();
        server.stop();
        server.putBack(copy);
        server.start();
        assertThat(incarnation()).isEqualTo(incarnation);
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("before");
        assertThat(write("other")).isLessThanOrEqualTo(lost);
        if (writtenBeyondTheLog) {
            String end = log.records().getLast().position().lsn().toString();
            await().until(() -> {
                write("other");
                return database.queryText("SELECT pg_current_wal_lsn() > '" + end + "'")
                        .equals("t");
            });
        }

        reads.capture.start();
        assertBeganAnew(generations, common, seen);
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("other");
    }

    /**
     * With nothing in the log of the time that is undone, the log goes on as if it had not been; so
     * nothing of that time may be kept.
     */
    @Test
    void copyOfAStoppedServer_putBackBeforeAnyReaderCame_leavesNothingToServe() {
        reads.capture.stop();
        server.stop();
        Path copy = server.copy();
        server.start();
        long lost = write("lost");
        Answer seen = reads.read();
        assertThat(ReadsAndLog.title(seen)).isEqualTo("lost");
        assertThat(seen.followed()).isFalse();

        server.stop();
        server.putBack(copy);
        server.start();
        assertThat(write("other")).isLessThanOrEqualTo(lost);
        reads.capture.start();
        reads.awaitFollowed();
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("other");
    }

    @Test
    void copyOfARunningServer_putBack_hasNoIncarnation() {
        Answer before = reads.read();
        int generations = log.generations().size();
        Path copy = server.copy();
        write("lost");
        reads.awaitComplete();
        Answer seen = reads.read();
        assertThat(reads.isValid(seen)).isTrue();

        reads.capture.stop();
        server.stop();
        server.putBack(copy);
        server.start();
        assertThat(incarnation()).isEqualTo("0");
        Answer recovered = reads.read();
        assertThat(recovered.followed()).isFalse();
        write("other");

        reads.capture.start();
        assertBeganAnew(generations, before, seen);
        assertThat(ReadsAndLog.title(reads.read())).isEqualTo("other");
    }

    @Test
    void standbyThatIsPromoted_beginsAnew() throws Exception {
        reads.capture.stop();
        server.stop();
        Path copy = server.copy();
        server.start();
        reads.capture.start();
        reads.awaitFollowed();
        try (PrivatePostgres standby = server.startStandby(copy)) {
            TestDatabase successor = standby.database(database.name());
            String end = database.queryText("SELECT pg_current_wal_lsn()");
            await().until(() ->
                    successor
                            .queryText("SELECT pg_last_wal_replay_lsn() >= '" + end + "'")
                            .equals("t"));
            standby.stop();
            // What it has not received is lost.
            write("lost");
            reads.awaitComplete();
            Answer seen = reads.read();
            assertThat(reads.isValid(seen)).isTrue();
            int generations = log.generations().size();
            reads.capture.stop();
            server.stop();
            standby.start();
            standby.promote();

            try (ReadsAndLog promoted = new ReadsAndLog(successor, log)) {
                promoted.awaitFollowed();
                assertThat(log.generations()).hasSize(generations + 1);
                Answer now = promoted.read();
                assertThat(ReadsAndLog.title(now)).isEqualTo("before");
                assertThat(now.identity().timeline()).isEqualTo(seen.identity().timeline() + 1);
                assertThat(now.identity().incarnation())
                        .isNotEqualTo(seen.identity().incarnation());
                assertThat(promoted.isValid(now)).isTrue();
                assertThat(promoted.isValid(seen)).isFalse();
            }
        } finally {
            server.start();
        }
    }

    @Test
    void databaseMadeAnewUnderTheSameName_isAnotherOne() {
        // One reads a slot of this name; the other's went with its database.
        reads.capture.stop();
        dropSlot();
        int generations = log.generations().size();
        Answer seen;
        TestDatabase other = server.createDatabase("other");
        other.execute(ReadsAndLog.FIXTURE);
        try (ReadsAndLog first = new ReadsAndLog(other, log)) {
            first.awaitFollowed();
            seen = first.read();
        }
        dropSlot();
        server.dropDatabase("other");
        server.createDatabase("other");
        other.execute(ReadsAndLog.FIXTURE);
        try (ReadsAndLog second = new ReadsAndLog(other, log)) {
            second.awaitFollowed();
            assertThat(log.generations()).hasSize(generations + 2);
            Answer now = second.read();
            assertThat(now.identity().databaseOid()).isNotEqualTo(seen.identity().databaseOid());
            assertThat(second.isValid(now)).isTrue();
            assertThat(second.isValid(seen)).isFalse();
        }
        dropSlot();
        server.dropDatabase("other");
    }

    /** Once nobody reads from it. Without a slot of its own a database can be dropped. */
    private static void dropSlot() {
        await().until(() ->
                database.queryText("SELECT count(*) FROM pg_replication_slots WHERE active")
                        .equals("0"));
        database.execute("SELECT pg_drop_replication_slot('tidemark')");
    }
}
