package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.change.Captures.await;
import static dev.tidemark.retrieval.change.Captures.has;
import static dev.tidemark.retrieval.change.Captures.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers that come and go, logs and slots that are lost, and writers that take long. */
class CaptureSessionsIT {

    private static final String FIXTURE =
            """
            CREATE TABLE film (film_id int PRIMARY KEY, title text);
            CREATE TABLE big (id int PRIMARY KEY, n int, filler text);
            INSERT INTO film SELECT i, 'x' FROM generate_series(1, 10) AS i;
            """;

    private Captures captures;

    @BeforeEach
    void make() {
        captures = new Captures(FIXTURE);
    }

    @AfterEach
    void close() {
        captures.close();
    }

    @Test
    void reader_thatDies_isReplacedWithinTwoSeconds() {
        ChangeCapture first = captures.start();
        captures.awaitComplete(first);
        ChangeCapture second = captures.start();
        captures.database.execute("UPDATE film SET title = 'a' WHERE film_id = 1");
        captures.awaitComplete(first);
        assertThat(second.completeness()).isEmpty();

        long died = System.nanoTime();
        first.stop(); // its connections are cut without a goodbye
        captures.database.execute("UPDATE film SET title = 'b' WHERE film_id = 2");
        await().until(() -> second.completeness().isPresent());
        assertThat(Duration.ofNanos(System.nanoTime() - died)).isLessThan(Duration.ofSeconds(2));

        captures.awaitComplete(second);
        assertThat(captures.log.generations()).hasSize(1);
        assertThat(captures.changes(0))
                .extracting(Change::tags)
                .containsExactly(
                        tags(Tag.anyRow("public.film"), Tag.row("public.film", "1")),
                        tags(Tag.anyRow("public.film"), Tag.row("public.film", "2")));
        assertThat(first.completeness()).isEmpty();
    }

    @Test
    void lostTailOfTheLog_isSentAgain() {
        ChangeCapture capture = captures.start();
        captures.awaitComplete(capture);
        LogRecord before = captures.log.records().getLast();
        captures.database.execute("UPDATE film SET title = 'a' WHERE film_id = 1");
        captures.awaitComplete(capture);

        captures.log.lostAllAfter(before.position());
        await().until(() -> captures.changes(0).size() == 1);
        captures.awaitComplete(capture);
        assertThat(captures.log.generations()).hasSize(1);
        assertThat(captures.log.follower().isOpen()).isTrue();
    }

    @Test
    void logThatIsAway_isWaitedFor() {
        ChangeCapture capture = captures.start();
        captures.awaitComplete(capture);
        captures.log.setAway(true);
        captures.database.execute("UPDATE film SET title = 'a' WHERE film_id = 1");
        captures.log.setAway(false);
        captures.awaitComplete(capture);
        assertThat(captures.changes(0)).hasSize(1);
        assertThat(captures.log.generations()).hasSize(1);
    }

    @Test
    void history_thatIsNotProven_isANewGeneration() {
        ChangeCapture capture = captures.start();
        captures.awaitComplete(capture);
        assertThat(captures.log.follower().isOpen()).isTrue();

        captures.log.emptied();
        captures.awaitComplete(capture);
        await().until(() -> captures.log.follower().isOpen());
        assertThat(captures.log.generations()).hasSize(1);

        capture.stop();
        captures.dropSlot();
        captures.database.execute("UPDATE film SET title = 'missed' WHERE film_id = 1");
        ChangeCapture other = captures.start();
        captures.awaitComplete(other);
        assertThat(captures.log.generations()).hasSize(2);

        // What PostgreSQL does to an unlogged table when it recovers from a crash.
        captures.database.execute("TRUNCATE tidemark.incarnation");
        await().until(() -> captures.log.generations().size() == 3);
        captures.awaitComplete(other);
        List<Content.Generation> generations = captures.log.generations();
        assertThat(generations).extracting(Content.Generation::identity).doesNotHaveDuplicates();
        assertThat(captures.log.follower().identity().incarnation())
                .isEqualTo(
                        Long.parseLong(
                                captures.database.queryText(
                                        "SELECT number FROM tidemark.incarnation")));
    }

    private Lsn confirmed() {
        return Lsn.parse(
                captures.database.queryText(
                        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '"
                                + captures.slot
                                + "'"));
    }

    @Test
    void idleSlot_advancesAndIsTakenUpWhereTheLogEnds() {
        ChangeCapture capture = captures.start("confirm-delay", "1s");
        captures.awaitComplete(capture);
        Lsn before = confirmed();
        captures.database.execute("UPDATE film SET title = 'a' WHERE film_id = 1");
        captures.awaitComplete(capture);
        LogRecord told = captures.record(0, Content.Changed.class::isInstance).orElseThrow();
        assertThat(confirmed()).isEqualTo(before);
        await().until(() -> confirmed().compareTo(told.position().lsn()) > 0);
        assertThat(captures.log.records().getLast().position().lsn()).isGreaterThan(confirmed());

        capture.stop();
        captures.database.execute("UPDATE film SET title = 'b' WHERE film_id = 2");
        captures.awaitComplete(captures.start());
        assertThat(captures.log.generations()).hasSize(1);
        assertThat(captures.changes(0)).hasSize(2);
    }

    @Test
    void temporarySlot_leavesNothingBehind() {
        ChangeCapture capture = captures.start("temporary", "true");
        captures.awaitComplete(capture);
        capture.stop();
        await().until(() ->
                captures.database
                        .queryText(
                                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '"
                                        + captures.slot
                                        + "'")
                        .equals("0"));
    }

    private boolean isStreamed() {
        return captures.database
                .queryText(
                        "SELECT stream_count > 0 FROM pg_stat_replication_slots WHERE slot_name = '"
                                + captures.slot
                                + "'")
                .equals("t");
    }

    private String announced() {
        return captures.database.queryText("SELECT announced FROM tidemark.incarnation");
    }

    /** As the origin computes it. */
    private long version() {
        return Long.parseLong(
                captures.database.queryText(
                        """
                        SELECT coalesce(
                          (SELECT min(xip::text::bigint)
                           FROM pg_snapshot_xip(pg_current_snapshot()) AS xip
                           WHERE xip <> ALL (announced)),
                          pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
                        FROM tidemark.incarnation
                        """));
    }

    @Test
    void longWriters_areAnnouncedAndStampedLate() throws Exception {
        ChangeCapture capture = captures.start("long-writer", "100ms");
        captures.awaitComplete(capture);
        TestDatabase elsewhere = Backends.postgres().freshDatabase();
        try (Connection other = elsewhere.connect();
                Connection own = captures.database.connect();
                Statement otherWrites = other.createStatement();
                Statement ownWrites = own.createStatement()) {
            other.setAutoCommit(false);
            otherWrites.execute("CREATE TABLE batch (id int)");
            own.setAutoCommit(false);
            ownWrites.execute("UPDATE film SET title = 'long' WHERE film_id = 3");
            await().until(() -> announced().split(",", -1).length == 2);

            // Versions go on, past both.
            captures.database.execute("UPDATE film SET title = 'short' WHERE film_id = 4");
            long version = version();
            captures.awaitComplete(capture);
            Change quick = captures.changes(0).getLast();
            assertThat(version).isGreaterThan(quick.stamp());

            int before = captures.log.size();
            own.commit();
            other.rollback();
            captures.awaitComplete(capture);
            assertThat(captures.changes(before))
                    .singleElement()
                    .satisfies(change -> {
                        assertThat(has(change.tags(), Tag.row("public.film", "3"))).isTrue();
                        assertThat(change.stamp()).isGreaterThanOrEqualTo(version);
                    });
            await().until(() -> announced().equals("{}"));
        }
    }

    @Test
    void announcements_areTakenOverByTheNextReader() throws Exception {
        ChangeCapture first = captures.start("long-writer", "100ms");
        captures.awaitComplete(first);
        try (Connection own = captures.database.connect();
                Statement writes = own.createStatement()) {
            own.setAutoCommit(false);
            writes.execute("UPDATE film SET title = 'long' WHERE film_id = 3");
            await().until(() -> !announced().equals("{}"));
            first.stop();
            long version = version();
            own.commit();

            int before = captures.log.size();
            ChangeCapture second = captures.start();
            captures.awaitComplete(second);
            assertThat(captures.changes(before))
                    .singleElement()
                    .satisfies(
                            change -> assertThat(change.stamp()).isGreaterThanOrEqualTo(version));
            await().until(() -> announced().equals("{}"));
            assertThat(captures.log.generations()).hasSize(1);
        }
    }

    @Test
    void policyThatIsBeingChanged_keepsTheCaptureFromNothing() throws Exception {
        ChangeCapture capture = captures.start("long-writer", "100ms");
        captures.awaitComplete(capture);
        int before = captures.log.size();
        try (Connection own = captures.database.connect();
                Statement changes = own.createStatement()) {
            own.setAutoCommit(false);
            changes.execute(
                    "INSERT INTO tidemark.cache_policy (table_name, soft_ttl) VALUES ('film', '7 s')");
            // By the reader, in the row that counts policies up.
            await().until(() -> !announced().equals("{}"));
            own.commit();
        }
        captures.awaitComplete(capture);
        assertThat(captures.changes(before))
                .singleElement()
                .satisfies(change ->
                        assertThat(has(change.tags(), Tag.table("public.film"))).isTrue());
    }

    /** With a million rows by {@code -Dhuge.rows=1000000}, which takes three times as long. */
    @Test
    void hugeTransaction_delaysNobody() {
        captures.database.execute(
                "INSERT INTO big SELECT i, 0, repeat('x', 50) FROM generate_series(1, "
                        + Integer.getInteger("huge.rows", 300_000)
                        + ") AS i");
        ChangeCapture capture = captures.start();
        captures.awaitComplete(capture);
        int before = captures.log.size();
        captures.database.execute("UPDATE big SET n = 1");
        long committed = System.nanoTime();
        captures.database.execute("UPDATE film SET title = 'next' WHERE film_id = 5");
        captures.awaitComplete(capture);

        List<Change> changes = captures.changes(before);
        assertThat(changes).hasSize(2);
        assertThat(changes.getFirst().tags()).isEqualTo(tags(Tag.table("public.big")));
        LogRecord next =
                captures.record(
                                before,
                                content ->
                                        content instanceof Content.Changed(Change change)
                                                && has(change.tags(), Tag.row("public.film", "5")))
                        .orElseThrow();
        Duration delay = Duration.ofNanos(captures.log.arrivedNanos(next) - committed);
        // It came while it was still being written: after the commit, little of it was left to do.
        await().until(this::isStreamed);
        assertThat(delay).isLessThan(Duration.ofSeconds(1));
    }
}
