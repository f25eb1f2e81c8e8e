package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that Tidemark made in a database, and how it goes. */
final class Removal {

    private static final String EVENT_TRIGGERS =
            """
            SELECT e.evtname FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid
            WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'tidemark')
            ORDER BY 1
            """;

    private static final String PUBLICATION = "SELECT FROM pg_publication WHERE pubname = ?";

    private static final String SCHEMA = "SELECT FROM pg_namespace WHERE nspname = 'tidemark'";

    private static final String ROLES =
            "SELECT rolname FROM pg_roles WHERE rolname IN (?, ?) ORDER BY 1";

    /** Another instance would take the slot over and make everything again. */
    private static final String CONNECTED =
            """
            SELECT pid, application_name FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND application_name IN ('tidemark', 'tidemark change', 'tidemark capture',
                'tidemark heartbeat', 'tidemark tables', 'tidemark migration')
            ORDER BY backend_start LIMIT 1
            """;

    private final Asked asked;
    private final String slotName;
    private final Optional<Slot> slot;
    private final List<String> statements = new ArrayList<>();
    private final List<String> roles;

    private Removal(Target target, Asked asked, String reader, String capture) throws SQLException {
        this.asked = asked;
        this.slotName = target.slot();
        slot = Slot.find(asked, slotName);
        // First: they would see the rest go.
        for (String name : asked.rows(EVENT_TRIGGERS, row -> row.getString(1))) {
            statements.add("DROP EVENT TRIGGER " + TableName.quoted(name));
        }
        String publication = target.publication().name();
        if (asked.exists(PUBLICATION, publication)) {
            statements.add("DROP PUBLICATION " + TableName.quoted(publication));
        }
        if (asked.exists(SCHEMA)) {
            statements.add("DROP SCHEMA tidemark CASCADE");
        }
        roles = asked.rows(ROLES, row -> row.getString(1), reader, capture);
    }

    /**
     * What there is to remove.
     *
     * @param reader the role for reads that {@code prepare} may have made
     * @param capture the one for the change capture
     */
    static Removal of(Target target, Connection connection, String reader, String capture)
            throws SQLException {
        return new Removal(target, new Asked(connection), reader, capture);
    }

    boolean isEmpty() {
        return statements.isEmpty() && !dropsSlot();
    }

    private boolean dropsSlot() {
        return slot.filter(Slot::usable).isPresent();
    }

    /** The same in SQL, one statement each. */
    List<String> statements() {
        List<String> all = new ArrayList<>(statements);
        if (dropsSlot()) {
            all.add("SELECT pg_drop_replication_slot('" + slotName + "')");
        }
        return all;
    }

    /** What is left to the DBA, or is not Tidemark's. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        slot.filter(found -> !found.usable())
                .ifPresent(found ->
                        remarks.add(
                                "the replication slot '%s' is the database %s's or another program's, and stays"
                                        .formatted(slotName, found.database())));
        for (String role : roles) {
            remarks.add(
                    "the role %s stays, with its privileges in each database: DROP OWNED BY %s; DROP ROLE %s;"
                            .formatted(role, TableName.quoted(role), TableName.quoted(role)));
        }
        return remarks;
    }

    /**
     * Who uses it, if somebody does: then nothing may be removed.
     *
     * @return in words
     */
    Optional<String> user() throws SQLException {
        if (dropsSlot() && slot.filter(found -> found.reader() != 0).isPresent()) {
            return slot.map(found ->
                    "process %d reads the replication slot '%s'"
                            .formatted(found.reader(), slotName));
        }
        return asked
                .rows(
                        CONNECTED,
                        row ->
                                "process %d is connected as '%s'"
                                        .formatted(
                                                row.getInt("pid"),
                                                row.getString("application_name")))
                .stream()
                .findFirst();
    }

    /**
     * Removes it in one transaction. The slot, which does not come back when that fails, is the
     * last to go.
     *
     * @throws DbaException if PostgreSQL refuses
     */
    void run() throws SQLException {
        Connection connection = asked.connection();
        String now = "";
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '5s'");
            for (String sql : statements()) {
                now = sql;
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw new DbaException(
                    "PostgreSQL refuses %s: %s; nothing was removed"
                            .formatted(now, SqlProblems.message(e)));
        }
    }
}
