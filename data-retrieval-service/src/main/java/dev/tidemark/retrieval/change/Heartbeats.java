package dev.tidemark.retrieval.change;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The heartbeats of one session: transactions of their own that say nothing but when they were. All
 * that had committed before one was sent is before it in the stream.
 */
final class Heartbeats {

    /** However many are demanded: each is a commit, which PostgreSQL has to flush. */
    static final Duration GAP_MIN = Duration.ofMillis(5);

    /** Those on their way through slot and log: a minute of them. */
    private static final int UNDER_WAY_MAX = 12_000;

    private record Sent(long sequence, long nanos) {}

    private final UUID reader;
    private final SessionThreads session;
    private final Semaphore demanded = new Semaphore(0);
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private long next = 1;

    Heartbeats(UUID reader, SessionThreads session) {
        this.reader = reader;
        this.session = session;
    }

    /** It need not survive a crash of the server, nor wait for standbys. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = local");
        }
    }

    /** The first heartbeat that has not begun. */
    synchronized long next() {
        return next;
    }

    /** Sends one, and waits until it has committed. */
    void beat(Connection connection) throws SQLException {
        long sequence = begin(System.nanoTime());
        try (PreparedStatement statement = connection.prepareStatement(HeartbeatMessage.SQL)) {
            statement.setString(1, reader.toString());
            statement.setLong(2, sequence);
            statement.execute();
        }
    }

    /** Has one sent soon, which begins after this call. */
    void demand() {
        demanded.release();
    }

    /**
     * Waits for the next one's time.
     *
     * @param interval unless one is demanded sooner
     * @return whether it was demanded, by however many
     */
    boolean awaitNext(Duration interval) throws InterruptedException, SessionEndedException {
        session.pause(GAP_MIN);
        Duration rest = interval.minus(GAP_MIN);
        boolean sooner = demanded.tryAcquire(rest.toNanos(), TimeUnit.NANOSECONDS);
        if (sooner) {
            demanded.drainPermits();
        }
        return sooner;
    }

    private synchronized long begin(long nowNanos) {
        if (underWay.size() == UNDER_WAY_MAX) {
            underWay.removeFirst();
        }
        underWay.addLast(new Sent(next, nowNanos));
        return next++;
    }

    /**
     * When a heartbeat was sent, on this process's monotonic clock; empty if that was too long ago.
     * Earlier ones are forgotten.
     */
    synchronized OptionalLong arrived(long sequence) {
        while (!underWay.isEmpty() && underWay.getFirst().sequence() < sequence) {
            underWay.removeFirst();
        }
        return !underWay.isEmpty() && underWay.getFirst().sequence() == sequence
                ? OptionalLong.of(underWay.removeFirst().nanos())
                : OptionalLong.empty();
    }
}
