package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.gateway.near.Found;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may get what a read replica answers: whoever might get it from a cache. */
class ReplicaTest {

    private static final Duration BEHIND = Duration.ofSeconds(3);

    private final Bench bench = new Bench();

    @Test
    void validAnswer_isServedAndKept_asStaleAsTheNode() {
        Bench.Reading reading = bench.read();
        assertThat(bench.origin.last().replicaFrom).contains(Lsn.UNKNOWN);
        bench.origin.last().answerFromReplica(BEHIND);

        reading.sawWrites(0);
        assertThat(reading.staleness()).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(bench.near.find(Bench.key())).isInstanceOf(Found.Fresh.class);
        assertThat(bench.shared.fills).isEqualTo(1);
    }

    @Test
    void answerThatTheLogHasOvertaken_isFetchedOnceMore_fromThePrimary() {
        Bench.Reading reading = bench.read();
        bench.database.write("film");
        bench.origin.last().answerFromReplica(BEHIND);

        assertThat(reading.isOver()).isFalse();
        assertThat(bench.origin.last().replicaFrom).isEmpty();
        bench.origin.last().answer();
        reading.sawWrites(1);
    }

    @Test
    void timeOnlyAnswer_isAsOldAsTheReplicaWasBehind() {
        bench.database.followed = false;
        Bench.Reading reading = bench.read();
        bench.origin.last().answerFromReplica(BEHIND);

        assertThat(reading.staleness()).isEqualTo(BEHIND);
        assertThat(bench.read().staleness()).isEqualTo(BEHIND);
        Bench.Reading strict = bench.read("Tidemark-Max-Staleness", "2s");
        assertThat(strict.isOver()).isFalse();
        assertThat(bench.origin.last().replicaFrom).isEmpty();
    }

    @Test
    void afterAChange_aReplicaMustHaveReplayedWhatTheNodeKnows() {
        bench.read();
        bench.origin.last().answer();
        bench.database.write("film");
        bench.read();

        assertThat(bench.origin.last().replicaFrom).contains(bench.follower.position().lsn());
    }

    @Test
    void sessionThatTheNodeDoesNotKnow_andNoCache_areForThePrimary() {
        bench.read("Cache-Control", "no-cache");
        assertThat(bench.origin.last().replicaFrom).isEmpty();
        bench.origin.last().answer();

        bench.database.log.holdUp();
        bench.database.write("film");
        bench.read("Tidemark-Token", bench.token());
        bench.pass(Duration.ofMillis(60));
        assertThat(bench.origin.fetches).hasSize(2);
        assertThat(bench.origin.last().replicaFrom).isEmpty();
    }
}
