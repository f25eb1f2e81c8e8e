package dev.tidemark.retrieval.change;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.pgoutput.KeyColumns;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * What a session asks the database and keeps in {@code tidemark.incarnation}, over one connection
 * that its threads share.
 */
final class CaptureDatabase implements LogRecorder.Database, KeyColumns {

    private static final String TAKE_OVER =
            """
            UPDATE tidemark.incarnation SET reader = ?::uuid
            RETURNING number, generation, array_to_string(announced, ',') AS announced
            """;

    private static final String INSERT =
            """
            INSERT INTO tidemark.incarnation (number, reader) VALUES (?, ?::uuid)
            ON CONFLICT DO NOTHING
            """;

    private static final String OPEN =
            """
            WITH opened AS (
              UPDATE tidemark.incarnation
              SET number = ?, announced = '{}', generation = greatest(
                    ?, generation + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
              WHERE reader = ?::uuid
              RETURNING number, generation
            ), lineage AS (
              INSERT INTO tidemark.lineage AS l (incarnation) SELECT number FROM opened
              ON CONFLICT ((true)) DO UPDATE SET incarnation = excluded.incarnation
            )
            SELECT generation, pg_current_xact_id()::text AS xid,
                   pg_current_wal_insert_lsn()::text AS written
            FROM opened
            """;

    private static final String WITHDRAW_ALL =
            "UPDATE tidemark.incarnation SET announced = '{}' WHERE reader = ?::uuid";

    private static final String ANNOUNCE =
            """
            UPDATE tidemark.incarnation SET announced = announced || ?::text::xid8[]
            WHERE reader = ?::uuid
            """;

    private static final String WITHDRAW =
            """
            UPDATE tidemark.incarnation
            SET announced = ARRAY(
              SELECT xid FROM unnest(announced) AS xid WHERE xid <> ALL (?::text::xid8[]))
            WHERE reader = ?::uuid
            """;

    private static final String VOUCH =
            """
            UPDATE tidemark.incarnation SET server_started = pg_postmaster_start_time()
            WHERE reader = ?::uuid
            """;

    private static final String IS_MINE =
            """
            SELECT FROM tidemark.incarnation WHERE reader = ?::uuid AND number = ?
            """;

    private static final String SNAPSHOT = "SELECT pg_current_snapshot()::text";

    /** As the catalogue reads it, for answers: both must come to the same identity. */
    private static final String DATABASE =
            """
            SELECT (SELECT oid FROM pg_database WHERE datname = current_database()) AS oid,
                   has_function_privilege('pg_control_system()', 'EXECUTE')
                   AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') AS has_control
            """;

    private static final String CONTROL =
            """
            -- After a promotion the control file has the old timeline until the first checkpoint.
            SELECT s.system_identifier,
                   CASE WHEN pg_is_in_recovery() THEN c.timeline_id
                        ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))
                             ::bit(32)::int
                   END AS timeline_id
            FROM pg_control_system() s, pg_control_checkpoint() c
            """;

    private static final String PRIMARY_KEY =
            """
            SELECT a.attname
            FROM pg_index i
            CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = ?::oid AND i.indisprimary AND k.position <= i.indnkeyatts
            ORDER BY k.position
            """;

    private final Connection connection;
    private final UUID reader;
    private final ReentrantLock lock = new ReentrantLock();
    private final SecureRandom random = new SecureRandom();
    private volatile DatabaseIdentity identity = DatabaseIdentity.UNKNOWN;

    CaptureDatabase(Connection connection, UUID reader) {
        this.connection = connection;
        this.reader = reader;
    }

    /**
     * What this reader finds when it takes over.
     *
     * @param generation that was opened with the identity's incarnation; 0 if none was
     * @param announced by the reader before
     * @param xmax of a snapshot taken after: above every xid that an earlier reader can have
     *     announced, since it had seen that in a snapshot
     */
    record Taken(DatabaseIdentity identity, long generation, List<Long> announced, long xmax) {}

    /** Makes this reader the one whose announcements count. */
    Taken takeOver() throws SQLException {
        return locked(() -> {
            // PostgreSQL empties the table when it loses history, so that nothing is valid then.
            update(INSERT, number(), reader.toString());
            try (PreparedStatement statement = statement(TAKE_OVER, reader.toString());
                    ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw fenced();
                }
                identity = identity(row.getLong("number"));
                String announced = row.getString("announced");
                return new Taken(
                        identity,
                        row.getLong("generation"),
                        announced.isEmpty()
                                ? List.of()
                                : Arrays.stream(announced.split(",", -1))
                                        .map(Long::valueOf)
                                        .toList(),
                        TransactionSnapshot.parse(text(SNAPSHOT)).xmax());
            }
        });
    }

    private long number() {
        long number = random.nextLong();
        return number == 0 ? 1 : number;
    }

    private DatabaseIdentity identity(long incarnation) throws SQLException {
        long oid;
        boolean hasControl;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DATABASE)) {
            row.next();
            oid = row.getLong("oid");
            hasControl = row.getBoolean("has_control");
        }
        if (!hasControl) {
            return new DatabaseIdentity(0, 0, oid, incarnation);
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CONTROL)) {
            row.next();
            return new DatabaseIdentity(
                    row.getLong("system_identifier"),
                    (int) row.getLong("timeline_id"),
                    oid,
                    incarnation);
        }
    }

    @Override
    public TransactionSnapshot snapshot() throws SQLException {
        return TransactionSnapshot.parse(locked(() -> text(SNAPSHOT)));
    }

    /** The end of the write-ahead log. */
    Lsn written() throws SQLException {
        return Lsn.parse(locked(() -> text("SELECT pg_current_wal_insert_lsn()::text")));
    }

    @Override
    public LogRecorder.OpenedGeneration openGeneration(long generationMin) throws SQLException {
        return locked(() -> {
            long number = number();
            try (PreparedStatement statement =
                            statement(OPEN, number, generationMin, reader.toString());
                    ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw fenced();
                }
                identity = identity(number);
                return new LogRecorder.OpenedGeneration(
                        row.getLong("generation"),
                        identity,
                        row.getLong("xid"),
                        Lsn.parse(row.getString("written")));
            }
        });
    }

    @Override
    public void withdraw(List<Long> xids) throws SQLException {
        locked(() -> {
            fencedUpdate(WITHDRAW, array(xids), reader.toString());
            return true;
        });
    }

    @Override
    public void withdrawAnnouncements() throws SQLException {
        locked(() -> {
            fencedUpdate(WITHDRAW_ALL, reader.toString());
            return true;
        });
    }

    /**
     * Looks at who is writing and announces whom it takes too long: in one go, so that no
     * announcement comes after a floor that did not know of it.
     *
     * @param nextHeartbeat the first one that has not begun
     */
    void observe(LongWriters writers, LongSupplier nextHeartbeat) throws SQLException {
        locked(() -> {
            long now = System.nanoTime();
            TransactionSnapshot snapshot = TransactionSnapshot.parse(text(SNAPSHOT));
            List<Long> chosen = writers.observe(snapshot, now, nextHeartbeat.getAsLong());
            if (!chosen.isEmpty()) {
                fencedUpdate(ANNOUNCE, array(chosen), reader.toString());
            }
            return true;
        });
    }

    /**
     * From now on the log tells of this run of the server: what is read in it may be kept.
     *
     * <p>Only once the log has something of it. Else nothing could tell this run from one that a
     * copy of the files from before it replaces.
     */
    void vouch() throws SQLException {
        locked(() -> {
            fencedUpdate(VOUCH, reader.toString());
            return true;
        });
    }

    /** Whether this reader still has the incarnation, and the database still is the same. */
    boolean isMine() throws SQLException {
        return locked(() -> {
            DatabaseIdentity mine = identity;
            try (PreparedStatement statement =
                            statement(IS_MINE, reader.toString(), mine.incarnation());
                    ResultSet row = statement.executeQuery()) {
                return row.next() && identity(mine.incarnation()).equals(mine);
            }
        });
    }

    @Override
    public List<String> of(int table) throws SQLException {
        return locked(() -> {
            List<String> names = new ArrayList<>();
            try (PreparedStatement statement =
                            statement(PRIMARY_KEY, Integer.toUnsignedLong(table));
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        });
    }

    <T> T with(Query<T> query) throws SQLException {
        return locked(() -> query.on(connection));
    }

    /** Something asked over the connection. */
    interface Query<T> {
        T on(Connection connection) throws SQLException;
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T locked(Work<T> work) throws SQLException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private PreparedStatement statement(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    private int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = statement(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private void fencedUpdate(String sql, Object... parameters) throws SQLException {
        if (update(sql, parameters) != 1) {
            throw fenced();
        }
    }

    private static SQLException fenced() {
        return new PSQLException(
                "another reader has taken over, or the incarnation is gone",
                PSQLState.OBJECT_NOT_IN_STATE);
    }

    private static String array(List<Long> xids) {
        return xids.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    /** Synchronous commit would add nothing: a crash empties the table anyway. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off; SET lock_timeout = '2s'");
        }
    }

    /** More than any of these statements takes. */
    static final Duration SILENCE_MAX = Duration.ofSeconds(5);
}
