package dev.tidemark.retrieval.replica;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.database.Lane;
import dev.tidemark.retrieval.database.ReplicaPool;
import java.util.Optional;
import javax.sql.DataSource;

/** One read replica, and whether it may be asked. */
public final class Replica {

    private final ReplicaPool pool;
    private volatile boolean usable;

    /** As of its last look; what it shows later it has replayed at least so far. */
    private volatile Lsn replayed = Lsn.UNKNOWN;

    private Optional<String> said = Optional.of("");

    Replica(ReplicaPool pool) {
        this.pool = pool;
    }

    public DataSource database() {
        return pool.database();
    }

    /** The lane of reads of one row, or of many. */
    public Lane lane(boolean oneRow) {
        return oneRow ? pool.rows() : pool.lists();
    }

    /** Where it is. */
    public String name() {
        return pool.name();
    }

    boolean isUsable() {
        return usable;
    }

    Lsn replayed() {
        return replayed;
    }

    /**
     * Notes what a look at it came to; by one thread.
     *
     * @param obstacle why it may not be asked, if so
     * @return whether this is news
     */
    boolean note(Lsn nowReplayed, Optional<String> obstacle) {
        replayed = nowReplayed;
        usable = obstacle.isEmpty();
        boolean news = !said.equals(obstacle);
        said = obstacle;
        return news;
    }

    /** Has failed: it is left alone until it has been looked at again. */
    public void failed() {
        usable = false;
    }
}
