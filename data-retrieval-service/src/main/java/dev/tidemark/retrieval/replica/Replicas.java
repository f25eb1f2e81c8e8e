package dev.tidemark.retrieval.replica;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.database.ReplicaPool;
import dev.tidemark.retrieval.query.PrimaryFacts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The read replicas. One may answer while the primary says what only it can know ({@link
 * PrimaryFacts}), and the replica has replayed this very history (its lineage) and is not too far
 * behind.
 *
 * <p>All of that is looked at every so often, so that no reader waits for a replica that is away,
 * and checked again of each answer by {@link #place}, on which correctness depends.
 */
public final class Replicas implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Replicas.class);

    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    /** What the primary has said longer ago than this is not relied on. */
    private static final Duration FACTS_VALIDITY = Duration.ofSeconds(2);

    private static final String LOOK =
            """
            SELECT pg_is_in_recovery() AS standby, pg_last_wal_replay_lsn()::text AS replayed,
                   (SELECT l.incarnation FROM tidemark.lineage AS l) AS incarnation
            """;

    private final DataSource primary;
    private final List<Replica> replicas;
    private final ReplicaProperties properties;
    private final PrimaryWatch watch = new PrimaryWatch(FACTS_VALIDITY);
    private final AtomicInteger turn = new AtomicInteger();
    private volatile CountDownLatch stopped = new CountDownLatch(0);

    /**
     * What is known of a replica's answer before it is there.
     *
     * @param facts which hold for it as well, if it is of their incarnation
     * @param behind what had committed so long before it is read is in it
     */
    public record Placed(PrimaryFacts facts, Duration behind) {}

    Replicas(
            DataSource primary,
            List<ReplicaPool> pools,
            ReplicaProperties properties,
            MeterRegistry meters) {
        this.primary = primary;
        this.properties = properties;
        this.replicas = pools.stream().map(Replica::new).toList();
        for (Replica replica : replicas) {
            Gauge.builder("tidemark.replica.usable", replica, r -> r.isUsable() ? 1 : 0)
                    .description("Whether reads go to this replica")
                    .tag("replica", replica.name())
                    .register(meters);
        }
    }

    /** One that may be asked, in turn; empty if none may. */
    public Optional<Replica> next() {
        int start = turn.getAndIncrement();
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(Math.floorMod(start + i, replicas.size()));
            if (replica.isUsable()) {
                return Optional.of(replica);
            }
        }
        return Optional.empty();
    }

    /**
     * What the primary says for an answer that is about to be read from a replica; empty if none
     * may be. To be asked before the answer is read: by the place in the log that a statement
     * shows, it would claim to have seen what was replayed while it ran.
     */
    public Optional<Placed> place(Replica replica) {
        long now = System.nanoTime();
        return watch.facts(now)
                .flatMap(facts ->
                        watch.behind(replica.replayed(), now)
                                .filter(behind -> behind.compareTo(properties.behindMax()) <= 0)
                                .map(behind -> new Placed(facts, behind)));
    }

    private void watchPrimary() {
        do {
            long asked = System.nanoTime();
            try (Connection connection = primary.getConnection()) {
                watch.note(PrimaryFacts.read(connection, POLL_TIMEOUT), asked);
            } catch (SQLException e) {
                // What it has said holds for a while yet.
                log.debug("The primary does not say how far it is", e);
            }
        } while (!isOver());
    }

    private void watch(Replica replica) {
        do {
            look(replica);
        } while (!isOver());
    }

    private void look(Replica replica) {
        try (Connection connection = replica.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout((int) POLL_TIMEOUT.toSeconds());
            try (ResultSet row = statement.executeQuery(LOOK)) {
                row.next();
                String replayed = row.getString("replayed");
                if (!row.getBoolean("standby") || replayed == null) {
                    note(replica, Lsn.UNKNOWN, Optional.of("it is no standby"));
                } else {
                    Lsn lsn = Lsn.parse(replayed);
                    note(replica, lsn, obstacle(lsn, row.getLong("incarnation")));
                }
            }
        } catch (SQLException e) {
            log.debug("A read replica cannot be asked", e);
            note(replica, Lsn.UNKNOWN, Optional.of("it cannot be asked"));
        }
    }

    private static void note(Replica replica, Lsn replayed, Optional<String> obstacle) {
        if (!replica.note(replayed, obstacle)) {
            return;
        }
        if (obstacle.isEmpty()) {
            log.info("The read replica {} answers reads", replica.name());
        } else {
            log.warn(
                    "The read replica {} is left alone, the primary answers: {}",
                    replica.name(),
                    obstacle.get());
        }
    }

    private Optional<String> obstacle(Lsn replayed, long incarnation) {
        long now = System.nanoTime();
        Optional<PrimaryFacts> facts = watch.facts(now);
        if (facts.isEmpty()) {
            return Optional.of("changes of the primary are not captured, or it is away");
        }
        if (facts.get().incarnation() != incarnation) {
            return Optional.of("it has not replayed the history that is served");
        }
        Optional<Duration> behind = watch.behind(replayed, now);
        if (behind.isEmpty() || behind.get().compareTo(properties.behindMax()) > 0) {
            return Optional.of("it is more than " + properties.behindMax() + " behind");
        }
        return Optional.empty();
    }

    private boolean isOver() {
        try {
            return stopped.await(properties.pollInterval().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void start() {
        if (replicas.isEmpty()) {
            return;
        }
        stopped = new CountDownLatch(1);
        Thread.ofVirtual().name("primary watch").start(this::watchPrimary);
        for (Replica replica : replicas) {
            Thread.ofVirtual().name("replica " + replica.name()).start(() -> watch(replica));
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
