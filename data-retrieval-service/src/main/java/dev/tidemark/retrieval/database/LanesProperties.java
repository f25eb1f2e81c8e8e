package dev.tidemark.retrieval.database;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much reaches PostgreSQL at once, whatever the number of gateways.
 *
 * @param rows reads of one row
 * @param lists reads of many rows that fit into memory
 * @param strong reads that insist on the database, of one row or many
 * @param refresh reads that nobody waits for
 * @param streams answers too large to aggregate, which hold their connection while they are sent
 * @param writes writes of any number of rows
 */
@ConfigurationProperties("tidemark.lanes")
public record LanesProperties(
        @DefaultValue RowsProperties rows,
        @DefaultValue ListsProperties lists,
        @DefaultValue StrongProperties strong,
        @DefaultValue RefreshProperties refresh,
        @DefaultValue StreamsProperties streams,
        @DefaultValue WritesProperties writes) {

    /**
     * Connections that no lane may take: the catalogue, the policies, and what replicas need to
     * know are read with them.
     */
    static final int RESERVED_CONNECTIONS = 3;

    /**
     * The bounds of one lane.
     *
     * @param permits how many statements run at once
     * @param queue how many more may wait
     * @param queueTimeout for how long they wait
     * @param timeout how long a statement may take, and a stream as a whole
     */
    record Bounds(int permits, int queue, Duration queueTimeout, Duration timeout) {

        Bounds check(String lane) {
            String prefix = "tidemark.lanes." + lane;
            require(permits > 0, prefix + ".permits must be positive");
            require(queue >= 0, prefix + ".queue must not be negative");
            require(!queueTimeout.isNegative(), prefix + ".queue-timeout must not be negative");
            require(
                    timeout.toMillis() > 0 && timeout.compareTo(Duration.ofHours(1)) <= 0,
                    prefix + ".timeout must be positive and at most 1h");
            return this;
        }
    }

    /** {@link Bounds} of reads of one row. */
    public record RowsProperties(
            @DefaultValue("12") int permits,
            @DefaultValue("2048") int queue,
            @DefaultValue("1s") Duration queueTimeout,
            @DefaultValue("2s") Duration timeout) {

        public RowsProperties {
            new Bounds(permits, queue, queueTimeout, timeout).check("rows");
        }

        Bounds bounds() {
            return new Bounds(permits, queue, queueTimeout, timeout);
        }
    }

    /** {@link Bounds} of lists. */
    public record ListsProperties(
            @DefaultValue("6") int permits,
            @DefaultValue("512") int queue,
            @DefaultValue("2s") Duration queueTimeout,
            @DefaultValue("10s") Duration timeout) {

        public ListsProperties {
            new Bounds(permits, queue, queueTimeout, timeout).check("lists");
        }

        Bounds bounds() {
            return new Bounds(permits, queue, queueTimeout, timeout);
        }
    }

    /** {@link Bounds} of reads that insist on the database. */
    public record StrongProperties(
            @DefaultValue("4") int permits,
            @DefaultValue("256") int queue,
            @DefaultValue("1s") Duration queueTimeout,
            @DefaultValue("10s") Duration timeout) {

        public StrongProperties {
            new Bounds(permits, queue, queueTimeout, timeout).check("strong");
        }

        Bounds bounds() {
            return new Bounds(permits, queue, queueTimeout, timeout);
        }
    }

    /** {@link Bounds} of reads that nobody waits for. */
    public record RefreshProperties(
            @DefaultValue("2") int permits,
            @DefaultValue("64") int queue,
            @DefaultValue("500ms") Duration queueTimeout,
            @DefaultValue("10s") Duration timeout) {

        public RefreshProperties {
            new Bounds(permits, queue, queueTimeout, timeout).check("refresh");
        }

        Bounds bounds() {
            return new Bounds(permits, queue, queueTimeout, timeout);
        }
    }

    /** {@link Bounds} of streams. */
    public record StreamsProperties(
            @DefaultValue("2") int permits,
            @DefaultValue("0") int queue,
            @DefaultValue("0s") Duration queueTimeout,
            @DefaultValue("60s") Duration timeout) {

        public StreamsProperties {
            new Bounds(permits, queue, queueTimeout, timeout).check("streams");
        }

        Bounds bounds() {
            return new Bounds(permits, queue, queueTimeout, timeout);
        }
    }

    /** {@link Bounds} of writes. */
    public record WritesProperties(
            @DefaultValue("6") int permits,
            @DefaultValue("512") int queue,
            @DefaultValue("1s") Duration queueTimeout,
            @DefaultValue("5s") Duration timeout) {

        public WritesProperties {
            new Bounds(permits, queue, queueTimeout, timeout).check("writes");
        }

        Bounds bounds() {
            return new Bounds(permits, queue, queueTimeout, timeout);
        }
    }

    /** A connection for every permit, so that one who entered a lane never waits for the pool. */
    int connections() {
        return rows.permits()
                + lists.permits()
                + strong.permits()
                + refresh.permits()
                + streams.permits()
                + writes.permits()
                + RESERVED_CONNECTIONS;
    }

    /** The same for a replica, which is looked at with one more. */
    int connectionsOfReplica() {
        return rows.permits() + lists.permits() + 1;
    }

    /** The longest that any statement may take. */
    Duration statementTimeoutMax() {
        return Collections.max(
                List.of(
                        rows.timeout(),
                        lists.timeout(),
                        strong.timeout(),
                        refresh.timeout(),
                        writes.timeout()));
    }
}
