package dev.tidemark.retrieval.dba;

import java.sql.SQLException;

/**
 * A PostgreSQL server, and the role that asks it.
 *
 * @param superuser whether the role may do anything
 * @param replicates whether the role has the right to replicate, as far as can be told
 * @param mayCreate whether the role may make schemas and publications
 * @param seesAll whether the role sees what others' sessions do
 * @param slots replication slots there are, of how many there can be
 * @param senders connections for replication there are, of how many there can be
 * @param walKept {@code max_slot_wal_keep_size}
 */
record Server(
        String version,
        int major,
        String database,
        String role,
        boolean superuser,
        boolean replicates,
        boolean mayCreate,
        boolean seesAll,
        Used slots,
        Used senders,
        String walKept) {

    /** The first version that can send a transaction while it is under way. */
    static final int MAJOR_MIN = 14;

    /** The newest that Tidemark was tested with. */
    static final int MAJOR_MAX = 18;

    private static final String SQL =
            """
            SELECT current_setting('server_version') AS version,
                   current_setting('server_version_num')::integer / 10000 AS major,
                   current_database() AS database, r.rolname, r.rolsuper,
                   -- Amazon's way of giving the right.
                   r.rolsuper OR r.rolreplication OR EXISTS (
                     SELECT FROM pg_roles a
                     WHERE a.rolname = 'rds_replication' AND pg_has_role(a.oid, 'MEMBER'))
                     AS replicates,
                   has_database_privilege(current_database(), 'CREATE') AS may_create,
                   pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all,
                   (SELECT count(*) FROM pg_replication_slots) AS slots,
                   current_setting('max_replication_slots')::integer AS slots_max,
                   (SELECT count(*) FROM pg_stat_replication) AS senders,
                   current_setting('max_wal_senders')::integer AS senders_max,
                   current_setting('max_slot_wal_keep_size') AS wal_kept
            FROM pg_roles r WHERE r.rolname = current_user
            """;

    /** So many, of so many that there can be. */
    record Used(int number, int max) {

        boolean isFull() {
            return number >= max;
        }
    }

    static Server of(Asked asked) throws SQLException {
        return asked.row(
                SQL,
                row ->
                        new Server(
                                row.getString("version").split(" ", 2)[0],
                                row.getInt("major"),
                                row.getString("database"),
                                row.getString("rolname"),
                                row.getBoolean("rolsuper"),
                                row.getBoolean("replicates"),
                                row.getBoolean("may_create"),
                                row.getBoolean("sees_all"),
                                new Used(row.getInt("slots"), row.getInt("slots_max")),
                                new Used(row.getInt("senders"), row.getInt("senders_max")),
                                row.getString("wal_kept")));
    }
}
