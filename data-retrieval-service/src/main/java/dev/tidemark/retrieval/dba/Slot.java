package dev.tidemark.retrieval.dba;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The replication slot through which changes are captured.
 *
 * @param usable whether it is this database's and of the right kind
 * @param reader the process that reads it; 0 if none does
 * @param lost whether PostgreSQL has dropped what it was to keep
 * @param kept write-ahead log that it keeps, as PostgreSQL prints a size
 */
record Slot(
        String name,
        String database,
        boolean usable,
        boolean temporary,
        int reader,
        boolean lost,
        String kept) {

    private static final String SQL =
            """
            SELECT coalesce(database, '') AS database, temporary,
                   plugin = 'pgoutput' AND database = current_database() AS usable,
                   coalesce(active_pid, 0) AS reader, coalesce(wal_status, '') = 'lost' AS lost,
                   coalesce(pg_size_pretty(pg_wal_lsn_diff(
                     CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                          ELSE pg_current_wal_lsn() END, restart_lsn)), '0 bytes') AS kept
            FROM pg_replication_slots WHERE slot_name = ?
            """;

    static Optional<Slot> find(Asked asked, String name) throws SQLException {
        List<Slot> found =
                asked.rows(
                        SQL,
                        row ->
                                new Slot(
                                        name,
                                        row.getString("database"),
                                        row.getBoolean("usable"),
                                        row.getBoolean("temporary"),
                                        row.getInt("reader"),
                                        row.getBoolean("lost"),
                                        row.getString("kept")),
                        name);
        return found.stream().findFirst();
    }
}
