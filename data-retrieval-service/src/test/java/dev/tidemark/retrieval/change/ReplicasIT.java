package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.change.Captures.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.ReplicaUse;
import dev.tidemark.retrieval.Reply;
import dev.tidemark.testing.PrivatePostgres;
import dev.tidemark.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads from a standby that lags, stops, and becomes another server's history. */
class ReplicasIT {

    private static final Duration BEHIND_MAX = Duration.ofSeconds(2);

    private static PrivatePostgres server;
    private static TestDatabase database;
    private static PrivatePostgres standby;
    private static TestDatabase replica;
    private static FakeLog log;
    private static ReadsAndLog reads;

    @BeforeAll
    static void start() {
        server = PrivatePostgres.start(Map.of());
        database = server.createDatabase("shop");
        database.execute(ReadsAndLog.FIXTURE);
        database.execute(
                """
                CREATE TABLE note (text text);
                INSERT INTO note VALUES ('old');
                CREATE TABLE large AS SELECT i AS id, repeat('x', 2000) AS text
                  FROM generate_series(1, 2000) AS i;
                """);
        Path copy = server.copy();
        standby = server.startStandby(copy);
        replica = standby.database(database.name());
        log = new FakeLog();
        reads =
                new ReadsAndLog(
                        database,
                        log,
                        Map.of(
                                "tidemark.database.read-urls",
                                replica.url(),
                                "tidemark.replicas.behind-max",
                                BEHIND_MAX.toMillis() + "ms"));
        reads.awaitFollowed();
    }

    @AfterAll
    static void stop() {
        reads.close();
        log.close();
        standby.close();
        server.close();
    }

    @BeforeEach
    void replicaAnswers() {
        awaitReplica();
    }

    private static void awaitReplica() {
        await().until(() -> behind(read(Lsn.UNKNOWN)).isPresent());
    }

    private static Reply read(Lsn from) {
        Reply reply = reads.ofReplica("/film/1", from);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply;
    }

    private static Optional<Duration> behind(Reply reply) {
        return ReplicaUse.behind(name -> reply.headers().allValues(name));
    }

    private static void write(String title) {
        database.execute("UPDATE film SET title = '%s' WHERE film_id = 1".formatted(title));
        reads.awaitComplete();
    }

    private static Lsn known() {
        return log.follower().position().lsn();
    }

    /** Runs it while the standby replays nothing. */
    private static void whileItLags(Runnable body) {
        replica.execute("SELECT pg_wal_replay_pause()");
        await().until(() ->
                replica.queryText("SELECT pg_get_wal_replay_pause_state()").equals("paused"));
        try {
            body.run();
        } finally {
            replica.execute("SELECT pg_wal_replay_resume()");
        }
    }

    @Test
    void answerOfAReplica_isAsGoodAsTheLogSays() {
        write("replayed");
        await().until(() ->
                ReadsAndLog.title(ReadsAndLog.answer(read(Lsn.UNKNOWN))).equals("replayed"));

        await().until(() -> reads.isValid(ReadsAndLog.answer(read(Lsn.UNKNOWN))));
        Answer answer = ReadsAndLog.answer(read(Lsn.UNKNOWN));
        assertThat(answer.followed()).isTrue();
        assertThat(answer.identity()).isEqualTo(log.follower().identity());
        assertThat(answer.version()).isLessThanOrEqualTo(reads.read().version());
    }

    @Test
    void replicaThatLags_isFoundOut_andPassedOverWhereMoreIsKnown() {
        write("before");
        await().until(() ->
                ReadsAndLog.title(ReadsAndLog.answer(read(Lsn.UNKNOWN))).equals("before"));
        whileItLags(() -> {
            write("after");
            Reply lagging = read(Lsn.UNKNOWN);
            assertThat(behind(lagging)).isPresent();
            assertThat(ReadsAndLog.title(ReadsAndLog.answer(lagging))).isEqualTo("before");
            assertThat(reads.isValid(ReadsAndLog.answer(lagging))).isFalse();

            Reply known = read(known());
            assertThat(behind(known)).isEmpty();
            assertThat(ReadsAndLog.title(ReadsAndLog.answer(known))).isEqualTo("after");
        });
    }

    @Test
    void whatIsServedByTimeOnly_isAsOldAsTheReplicaIsBehind() {
        whileItLags(() -> {
            long written = System.nanoTime();
            database.execute("UPDATE note SET text = 'new'");
            await().until(() -> {
                Reply reply = reads.ofReplica("/note", Lsn.UNKNOWN);
                if (behind(reply).isPresent()) {
                    assertThat(reply.body()).contains("old");
                    assertThat(ReadsAndLog.answer(reply).followed()).isFalse();
                    // A lower bound, as what was written cannot be in it.
                    assertThat(behind(reply).orElseThrow().plusMillis(1))
                            .isGreaterThanOrEqualTo(
                                    Duration.ofNanos(System.nanoTime() - written).minusSeconds(1));
                }
                return behind(reply).isEmpty();
            });
            assertThat(Duration.ofNanos(System.nanoTime() - written))
                    .isGreaterThan(BEHIND_MAX.minusMillis(200));
            assertThat(reads.ofReplica("/note", Lsn.UNKNOWN).body()).contains("new");
        });
    }

    @Test
    void whatIsTooLarge_isStreamedFromThePrimary() {
        Reply reply = reads.ofReplica("/large", Lsn.UNKNOWN);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(behind(reply)).isEmpty();
        assertThat(reply.bytes()).hasSizeGreaterThan(1 << 20);
    }

    @Test
    void replicaThatStops_failsNobody_andIsTakenBack() throws Exception {
        standby.stop();
        assertThat(behind(read(Lsn.UNKNOWN))).isEmpty();

        standby.start();
        awaitReplica();
    }

    @Test
    void wrongRequest_isAnsweredByThePrimary() {
        Reply reply = reads.ofReplica("/film?film_id=eq.x", Lsn.UNKNOWN);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(behind(reply)).isEmpty();
    }
}
