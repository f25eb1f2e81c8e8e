package dev.tidemark.retrieval.change;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.change.UnavailableException.Reason;
import dev.tidemark.retrieval.database.DirectConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place in the write-ahead log up to which changes have been told, kept by PostgreSQL. */
final class ReplicationSlot {

    private static final Logger log = LoggerFactory.getLogger(ReplicationSlot.class);

    /** Below half of {@link #SENDER_TIMEOUT}, when PostgreSQL begins to ask. */
    static final Duration STATUS_INTERVAL = Duration.ofMillis(900);

    /** How long PostgreSQL waits for a reader that hangs, before another may have the slot. */
    private static final Duration SENDER_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Beyond it a transaction is sent while it is under way. Small, so that little is left to do
     * when it commits, which would delay all that commit after it: some five thousand rows.
     */
    private static final String DECODING_MEMORY = "1MB";

    private static final String FIND =
            """
            SELECT plugin, database = current_database() AS here, active,
                   coalesce(wal_status, '') = 'lost' AS lost, confirmed_flush_lsn::text AS confirmed,
                   pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)::bigint AS wal_bytes
            FROM pg_replication_slots WHERE slot_name = ?
            """;

    private final ChangeProperties properties;
    private boolean warned;

    ReplicationSlot(ChangeProperties properties) {
        this.properties = properties;
    }

    /**
     * @param lost whether PostgreSQL has dropped what the slot was to keep
     * @param confirmed commits from here on are told
     * @param walBytes how much of the write-ahead log the slot keeps
     */
    record State(boolean usable, boolean active, boolean lost, Lsn confirmed, long walBytes) {}

    Optional<State> find(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, properties.slot());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String confirmed = row.getString("confirmed");
                return Optional.of(
                        new State(
                                "pgoutput".equals(row.getString("plugin"))
                                        && row.getBoolean("here"),
                                row.getBoolean("active"),
                                row.getBoolean("lost"),
                                confirmed == null ? Lsn.UNKNOWN : Lsn.parse(confirmed),
                                row.getLong("wal_bytes")));
            }
        }
    }

    /** Whether it is free, or can be made; else another instance has it. */
    boolean isFree(Connection connection) throws SQLException, UnavailableException {
        Optional<State> state = find(connection);
        if (state.isPresent() && !state.get().usable()) {
            throw new UnavailableException(
                    Reason.SLOT_IN_OTHER_USE,
                    "the replication slot '"
                            + properties.slot()
                            + "' is another database's or another program's: set"
                            + " tidemark.change.slot to a name of its own");
        }
        return state.isEmpty() || !state.get().active();
    }

    /** Drops it, if nobody uses it. */
    void drop(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        """
                        SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                        WHERE slot_name = ? AND NOT active
                        """)) {
            statement.setString(1, properties.slot());
            statement.execute();
        }
    }

    Connection connect(DirectConnections connections) throws SQLException, UnavailableException {
        try {
            Connection connection = connections.openReplication("tidemark capture");
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET wal_sender_timeout = " + SENDER_TIMEOUT.toMillis());
                statement.execute("SET logical_decoding_work_mem = '" + DECODING_MEMORY + "'");
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throwIfUnavailable(e);
            throw e;
        }
    }

    private static void throwIfUnavailable(SQLException e) throws UnavailableException {
        switch (String.valueOf(e.getSQLState())) {
            case "42501" ->
                    throw new UnavailableException(
                            Reason.REPLICATION_RIGHT,
                            "the role may not replicate: ALTER ROLE … REPLICATION, or name one that"
                                    + " may by tidemark.replication.url");
            case "53300" ->
                    throw new UnavailableException(
                            Reason.SENDERS,
                            "PostgreSQL has no connection left for replication: raise"
                                    + " max_wal_senders");
            case "53400" ->
                    throw new UnavailableException(
                            Reason.SLOTS,
                            "PostgreSQL has no replication slot left: raise max_replication_slots,"
                                    + " or drop one that is not used any more");
            default -> {}
        }
    }

    /**
     * Makes the slot if there is none, in place of one that is lost, and begins to read from it.
     *
     * @param control an ordinary connection
     * @param replication from {@link #connect}
     * @return empty if another instance has it
     */
    Optional<PGReplicationStream> start(Connection control, Connection replication)
            throws SQLException, UnavailableException {
        PGConnection connection = replication.unwrap(PGConnection.class);
        try {
            Optional<State> state = find(control);
            if (state.isPresent() && state.get().lost()) {
                log.warn(
                        "The replication slot '{}' has lost its write-ahead log and is made anew:"
                                + " everything cached is invalid now",
                        properties.slot());
                drop(control);
                state = Optional.empty();
            }
            if (state.isEmpty()) {
                create(connection);
            }
            warn(control);
            return Optional.of(
                    connection
                            .getReplicationAPI()
                            .replicationStream()
                            .logical()
                            .withSlotName(properties.slot())
                            .withSlotOption("proto_version", "2")
                            .withSlotOption(
                                    "publication_names", '"' + properties.publication() + '"')
                            .withSlotOption("streaming", "on")
                            // All columns come, though only keys are used: a publication's column
                            // list would make its owner's ALTER TABLE of such a column fail.
                            .withSlotOption("messages", "true")
                            .withStatusInterval(
                                    (int) STATUS_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                            // It would confirm what the log does not have yet.
                            .withAutomaticFlush(false)
                            .start());
        } catch (SQLException e) {
            // In use, or just made by another instance.
            if (List.of("55006", "42710").contains(String.valueOf(e.getSQLState()))) {
                return Optional.empty();
            }
            throwIfUnavailable(e);
            throw e;
        }
    }

    private void create(PGConnection connection) throws SQLException {
        log.info(
                "Making the replication slot '{}', once the transactions that are writing now have"
                        + " ended",
                properties.slot());
        var slot =
                connection
                        .getReplicationAPI()
                        .createReplicationSlot()
                        .logical()
                        .withSlotName(properties.slot())
                        .withOutputPlugin("pgoutput");
        (properties.temporary() ? slot.withTemporaryOption() : slot).make();
    }

    private void warn(Connection control) throws SQLException {
        if (warned || properties.temporary()) {
            return;
        }
        warned = true;
        try (Statement statement = control.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT current_setting('max_slot_wal_keep_size')")) {
            row.next();
            if (row.getString(1).equals("-1")) {
                log.warn(
                        "max_slot_wal_keep_size is -1: while this service is down, the replication"
                                + " slot '{}' keeps write-ahead log WITHOUT LIMIT and can fill"
                                + " PostgreSQL's disk. Set a limit; a slot that exceeds it is made"
                                + " anew by itself",
                        properties.slot());
            }
        }
    }
}
