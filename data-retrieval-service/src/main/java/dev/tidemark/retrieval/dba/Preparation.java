package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.change.CaptureFacts;
import dev.tidemark.retrieval.policy.SchemaScript;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Introspection;
import dev.tidemark.retrieval.table.Source;
import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The SQL that lets two roles of few rights run a suite: what is missing in a database, and nothing
 * that is there already.
 *
 * <p>Everything is made by, and stays with, whoever runs it: the roles own nothing. An event
 * trigger runs with whatever rights its function's owner chooses to give it, in everybody's DDL, so
 * neither it nor the schema that it finds its functions in may belong to a role of few rights.
 */
final class Preparation {

    private static final String ROLE = "SELECT rolreplication FROM pg_roles WHERE rolname = ?";

    private static final String HISTORY_READABLE =
            """
            SELECT has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'tidemark' AND c.relname = 'flyway_schema_history'
            """;

    private static final String DONE =
            "SELECT version FROM tidemark.flyway_schema_history WHERE success AND version IS NOT"
                    + " NULL";

    private static final String PUBLISHED =
            """
            SELECT r.prrelid FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
            WHERE p.pubname = ?
            """;

    private static final String EVENT_TRIGGERS =
            "SELECT FROM pg_event_trigger WHERE evtname = 'tidemark_ddl'";

    /** Whether those who own the schema and its functions may do anything anyway. */
    private static final String OWNERS_ARE_TRUSTED =
            """
            SELECT bool_and(r.rolsuper)
            FROM pg_roles r
            WHERE r.oid IN (SELECT nspowner FROM pg_namespace WHERE nspname = 'tidemark'
                            UNION
                            SELECT p.proowner FROM pg_proc p
                            JOIN pg_namespace n ON n.oid = p.pronamespace
                            WHERE n.nspname = 'tidemark')
            """;

    private final Target target;
    private final String readerName;
    private final String captureName;
    private final Asked asked;
    private final Introspection.Reading reading;
    private final Server server;
    private final CaptureFacts facts;
    private final StringBuilder sql = new StringBuilder();

    private Preparation(Target target, String reader, String capture, Asked asked)
            throws SQLException {
        this.target = target;
        this.readerName = reader;
        this.captureName = capture;
        this.asked = asked;
        this.reading = target.read(asked.connection());
        this.server = Server.of(asked);
        this.facts = CaptureFacts.read(asked.connection());
    }

    /**
     * The SQL, for psql or any other client.
     *
     * @param reader the role for reads, of {@code tidemark.database.url}
     * @param capture the role for the change capture, of {@code tidemark.replication.url}
     */
    static String of(Target target, String reader, String capture) throws SQLException {
        try (Connection connection = target.open(target.reading())) {
            connection.setReadOnly(true);
            return new Preparation(target, reader, capture, new Asked(connection)).sql();
        }
    }

    private String sql() throws SQLException {
        if (facts.standby()) {
            throw new DbaException("the database is a standby: prepare the primary");
        }
        target.publication()
                .find(asked.connection())
                .defect()
                .ifPresent(defect -> {
                    throw new DbaException(
                            "the publication '%s' %s: drop it, or take another by --publication"
                                    .formatted(target.publication().name(), defect));
                });
        line(
                "-- What Tidemark needs in the database %s, beyond what is there."
                        .formatted(server.database()));
        line("-- Read it, then run it as a superuser in that database:");
        line("-- psql -v ON_ERROR_STOP=1 -f FILE %s".formatted(server.database()));
        server();
        line("");
        line("BEGIN;");
        line("SET LOCAL search_path = '';");
        roles();
        schema();
        rights();
        publication();
        eventTriggers();
        line("");
        line("COMMIT;");
        closing();
        return sql.toString();
    }

    private void line(String text) {
        sql.append(text).append('\n');
    }

    private void section(String title) {
        line("");
        line("-- " + title);
    }

    private void server() {
        if (!facts.isLogical()) {
            section("Changes are told from the write-ahead log. Takes effect when PostgreSQL is");
            line("-- restarted.");
            line("ALTER SYSTEM SET wal_level = logical;");
        }
        if (server.walKept().equals("-1")) {
            section("Recommended: a limit to what replication slots without a reader may keep. It");
            line(
                    "-- holds for all slots of this server. Tidemark's is made anew when it exceeds it.");
            line("-- ALTER SYSTEM SET max_slot_wal_keep_size = '10GB';");
            line("-- SELECT pg_reload_conf();");
        }
        if (server.slots().isFull()) {
            section("No replication slot is left. Takes effect when PostgreSQL is restarted.");
            line(
                    "ALTER SYSTEM SET max_replication_slots = %d;"
                            .formatted(server.slots().max() + 4));
        }
        if (server.senders().isFull()) {
            section("No connection for replication is left. Takes effect at the next restart.");
            line("ALTER SYSTEM SET max_wal_senders = %d;".formatted(server.senders().max() + 4));
        }
    }

    private void roles() throws SQLException {
        section("One role reads what is served; the other captures changes and reads no row.");
        List<Boolean> reader = asked.rows(ROLE, row -> row.getBoolean(1), readerName);
        if (reader.isEmpty()) {
            line("CREATE ROLE %s LOGIN;".formatted(TableName.quoted(readerName)));
        }
        List<Boolean> capture = asked.rows(ROLE, row -> row.getBoolean(1), captureName);
        if (capture.isEmpty()) {
            line("CREATE ROLE %s LOGIN REPLICATION;".formatted(TableName.quoted(captureName)));
        } else if (!capture.getFirst()) {
            line("ALTER ROLE %s REPLICATION;".formatted(TableName.quoted(captureName)));
        }
        line(
                "GRANT CONNECT ON DATABASE %s TO %s;"
                        .formatted(TableName.quoted(server.database()), both()));
    }

    private String both() {
        return TableName.quoted(readerName) + ", " + TableName.quoted(captureName);
    }

    private void schema() throws SQLException {
        if (!facts.schemaThere()) {
            section("What Tidemark notes: what is followed, and how long tables may be cached.");
            line("CREATE SCHEMA tidemark;");
        }
        Set<String> done = new HashSet<>();
        List<Boolean> readable = asked.rows(HISTORY_READABLE, row -> row.getBoolean(1));
        if (readable.isEmpty()) {
            line("");
            sql.append(SchemaScript.HISTORY);
        } else if (readable.getFirst()) {
            done.addAll(asked.rows(DONE, row -> row.getString(1)));
        } else {
            throw new DbaException(
                    "%s may not read tidemark.flyway_schema_history, so it cannot be told what is"
                                    .formatted(server.role())
                            + " missing: ask as a superuser");
        }
        for (SchemaScript script : SchemaScript.all()) {
            if (!done.contains(Integer.toString(script.version()))) {
                section("Step %d: %s".formatted(script.version(), script.description()));
                sql.append(script.sql().strip()).append('\n');
                line(script.noting());
            }
        }
    }

    private void rights() {
        String reader = TableName.quoted(readerName);
        section("What the two may do with that.");
        line("GRANT USAGE ON SCHEMA tidemark TO %s;".formatted(both()));
        line("GRANT SELECT ON ALL TABLES IN SCHEMA tidemark TO %s;".formatted(both()));
        line(
                ("GRANT INSERT, UPDATE, DELETE ON tidemark.incarnation, tidemark.lineage,"
                                + " tidemark.followed, tidemark.told TO %s;")
                        .formatted(TableName.quoted(captureName)));
        List<Table> tables = tables();
        section("What is served. Tables that come later need the same.");
        line(
                "GRANT USAGE ON SCHEMA %s TO %s;"
                        .formatted(
                                target.exposure().schemas().stream()
                                        .map(TableName::quoted)
                                        .collect(Collectors.joining(", ")),
                                reader));
        for (Table table : tables) {
            line(
                    "GRANT SELECT%s ON TABLE %s TO %s;"
                            .formatted(columns(table), table.name().quoted(), reader));
        }
        section("Where tables may be written to (./tidemark start --writable), beside:");
        line(
                "-- GRANT SELECT, INSERT, UPDATE, DELETE ON tidemark.idempotency_key TO %s;"
                        .formatted(reader));
        line("-- GRANT INSERT, UPDATE, DELETE ON TABLE ... TO %s;".formatted(reader));
        line(
                "-- GRANT USAGE ON SEQUENCE ... TO %s;  -- where a column's default is nextval(...)"
                        .formatted(reader));
    }

    private List<Table> tables() {
        return reading.catalogue().tables().values().stream()
                .sorted(Comparator.comparing(table -> table.name().toString()))
                .toList();
    }

    /** Of a table with hidden columns the others, which then stay so few. */
    private String columns(Table table) {
        String name = table.name().toString();
        boolean partly =
                target.exposure().hide().stream()
                        .anyMatch(hidden ->
                                hidden.startsWith(name + ".")
                                        || hidden.startsWith(table.name().name() + "."));
        return partly
                ? table.columns().stream()
                        .map(Column::name)
                        .map(TableName::quoted)
                        .collect(Collectors.joining(", ", " (", ")"))
                : "";
    }

    private void publication() throws SQLException {
        Set<Long> published =
                new HashSet<>(
                        asked.rows(PUBLISHED, row -> row.getLong(1), target.publication().name()));
        List<TableName> missing = new ArrayList<>();
        for (Source source : reading.sources()) {
            if (source.obstacle().isEmpty() && !published.contains(source.oid())) {
                missing.add(source.name());
            }
        }
        missing.sort(Comparator.comparing(TableName::toString));
        boolean there = target.publication().find(asked.connection()).there();
        if (there && missing.isEmpty()) {
            return;
        }
        section(
                "Whose changes are sent: tables with a key to tell rows by, never all tables, since");
        line("-- a published table without one refuses its users' UPDATE and DELETE.");
        line(
                "%s;"
                        .formatted(
                                there
                                        ? target.publication().adding(missing)
                                        : target.publication().creating(missing)));
        reading.sources().stream()
                .flatMap(source -> source.obstacle().stream())
                .sorted()
                .forEach(obstacle -> line("-- not published: " + obstacle));
    }

    /** The third step of the schema makes them where a superuser runs it. */
    private void eventTriggers() throws SQLException {
        if (!facts.schemaCurrent() || asked.exists(EVENT_TRIGGERS)) {
            return;
        }
        if (asked.row(OWNERS_ARE_TRUSTED, row -> row.getBoolean(1))) {
            section("Changes of the schema are told as they happen.");
            for (String trigger : List.of("ddl ON ddl_command_end", "drop ON sql_drop")) {
                String name = trigger.substring(0, trigger.indexOf(' '));
                line(
                        "CREATE EVENT TRIGGER tidemark_%s EXECUTE FUNCTION tidemark.on_%s();"
                                .formatted(trigger, name));
                line("ALTER EVENT TRIGGER tidemark_%s ENABLE ALWAYS;".formatted(name));
            }
        } else {
            section(
                    "No event triggers: the schema 'tidemark' belongs to a role that is no superuser,");
            line("-- and who owns an event trigger's function runs code in a superuser's DDL.");
            line("-- Changes of the schema are noticed a second or two later.");
        }
    }

    private void closing() {
        section("Passwords, in psql (what is typed is not shown, and hashed before it is sent):");
        line("--   \\password %s".formatted(readerName));
        line("--   \\password %s".formatted(captureName));
        section("Then, with the passwords in ~/.pgpass, PGPASSFILE or the URLs:");
        line(
                "--   ./tidemark start --database-url postgresql://%s@HOST/%s \\"
                        .formatted(readerName, name()));
        line("--     --replication-url postgresql://%s@HOST/%s".formatted(captureName, name()));
        line("-- or tidemark.database.url and tidemark.replication.url of data-retrieval-service.");
    }

    private String name() {
        return server.database();
    }
}
