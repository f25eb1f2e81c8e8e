package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.change.CaptureFacts;
import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.follow.Publication;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.table.Introspection;
import dev.tidemark.retrieval.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at everything that decides whether a suite can follow a database, as the roles that the
 * services would have. Writes nothing.
 */
final class Examination {

    private static final String OWNS_SCHEMA =
            """
            SELECT FROM pg_namespace WHERE nspname = 'tidemark' AND pg_has_role(nspowner, 'USAGE')
            """;

    private static final String EVENT_TRIGGERS =
            """
            SELECT count(*) FROM pg_event_trigger
            WHERE evtname IN ('tidemark_ddl', 'tidemark_drop') AND evtenabled <> 'D'
            """;

    private static final String IDENTITY =
            """
            SELECT (SELECT oid FROM pg_database WHERE datname = current_database())
                   || ' ' || (SELECT system_identifier FROM pg_control_system())
            """;

    /** Writers of any database of the server: all of them hold back what a snapshot knows. */
    private static final String LONG_WRITERS =
            """
            SELECT 'the prepared transaction ''' || gid || ''' of database ' || database AS what,
                   extract(epoch FROM now() - prepared)::bigint AS seconds,
                   'ROLLBACK PREPARED ' || quote_literal(gid) || ', in that database' AS todo
            FROM pg_prepared_xacts WHERE prepared < now() - interval '1 minute'
            UNION ALL
            SELECT 'process ' || pid || ' (' || coalesce(usename, '?') || ', database '
                     || coalesce(datname, '?') || ')',
                   extract(epoch FROM now() - xact_start)::bigint,
                   'SELECT pg_terminate_backend(' || pid || ')'
            FROM pg_stat_activity
            WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
              AND xact_start < now() - interval '1 minute'
            ORDER BY seconds DESC
            LIMIT 5
            """;

    private final Target target;
    private final Asked reader;
    private final Asked capture;
    private final Introspection.Reading reading;
    private final Server server;
    private final CaptureFacts facts;
    private final Publication.State publication;
    private final List<Finding> findings = new ArrayList<>();

    private Examination(Target target, Asked reader, Asked capture) throws SQLException {
        this.target = target;
        this.reader = reader;
        this.capture = capture;
        this.reading = target.read(reader.connection());
        this.server = Server.of(capture);
        this.facts = CaptureFacts.read(capture.connection());
        this.publication = target.publication().find(capture.connection());
    }

    static Diagnosis of(Target target) throws SQLException {
        try (Connection reader = target.open(target.reading());
                Connection capture = target.open(target.capturing())) {
            reader.setReadOnly(true);
            capture.setReadOnly(true);
            return new Examination(target, new Asked(reader), new Asked(capture)).diagnosis();
        }
    }

    private Diagnosis diagnosis() throws SQLException {
        version();
        if (server.major() >= Server.MAJOR_MIN) {
            primary();
            sameDatabase();
            walLevel();
            replication();
            slot();
            schema();
            publication();
            walKept();
            eventTriggers();
            longWriters();
        }
        return new Diagnosis(
                target.reading().toString(),
                server.role(),
                findings,
                new ServedTables(target, reading, publication.there(), server, capture).all());
    }

    private void version() {
        String is = "PostgreSQL " + server.version();
        if (server.major() < Server.MAJOR_MIN) {
            findings.add(
                    Finding.wrong(
                            "version",
                            is,
                            "too old to tell of large transactions while they are under way",
                            "14 or later is needed"));
        } else if (server.major() > Server.MAJOR_MAX) {
            findings.add(
                    Finding.note(
                            "version", is, "newer than what this was tested with (14 to 18)", ""));
        } else {
            findings.add(Finding.ok("version", is));
        }
    }

    private void primary() {
        findings.add(
                facts.standby()
                        ? Finding.wrong(
                                "primary",
                                "this is a standby",
                                "changes are captured from the primary only",
                                "give the primary as --replication-url, or as --database-url")
                        : Finding.ok("primary", "this is a primary"));
    }

    /** Two ways that do not lead to one place would never agree on anything. */
    private void sameDatabase() throws SQLException {
        if (!target.isSplit()) {
            return;
        }
        String one = reader.row(IDENTITY, row -> row.getString(1));
        String other = capture.row(IDENTITY, row -> row.getString(1));
        if (!one.equals(other)) {
            findings.add(
                    Finding.wrong(
                            "same database",
                            target.reading() + " and " + target.capturing() + " are two databases",
                            "what is read there is not what is captured here",
                            "let both URLs name one database"));
        }
    }

    private void walLevel() {
        findings.add(
                facts.isLogical()
                        ? Finding.ok("wal_level", "logical")
                        : Finding.wrong(
                                "wal_level",
                                facts.walLevel(),
                                "the write-ahead log does not have what changes are told from",
                                "ALTER SYSTEM SET wal_level = logical;  -- then restart"
                                        + " PostgreSQL"));
    }

    /** By trying: rights, pg_hba.conf and poolers all have a say. */
    private void replication() {
        String role = server.role();
        DirectConnections connections = target.capturing();
        try (Connection _ = connections.openReplication("tidemark doctor")) {
            findings.add(Finding.ok("replication", role + " may replicate"));
        } catch (SQLException e) {
            String state = SqlProblems.state(e);
            boolean noRight = state.equals("42501") || !server.replicates();
            findings.add(
                    Finding.wrong(
                            "replication",
                            noRight
                                    ? role + " may not replicate"
                                    : role
                                            + " gets no replication connection: "
                                            + SqlProblems.message(e).replaceAll("\\s+", " "),
                            "nobody can read the changes",
                            noRight
                                    ? "ALTER ROLE "
                                            + TableName.quoted(role)
                                            + " REPLICATION;  -- or a role of its own by"
                                            + " --replication-url (./tidemark prepare)"
                                    : state.equals("53300")
                                            ? "raise max_wal_senders ("
                                                    + server.senders().max()
                                                    + "), then restart PostgreSQL"
                                            : "past a pooler, with --replication-url; and"
                                                    + " pg_hba.conf must let the role in"));
        }
    }

    private void slot() throws SQLException {
        Optional<Slot> found = Slot.find(capture, target.slot());
        if (found.isEmpty()) {
            findings.add(
                    server.slots().isFull()
                            ? Finding.wrong(
                                    "slot",
                                    "all of " + server.slots().max() + " replication slots exist",
                                    "there is none left for Tidemark",
                                    "raise max_replication_slots and restart PostgreSQL, or drop"
                                            + " one: SELECT slot_name, active FROM"
                                            + " pg_replication_slots;")
                            : Finding.ok(
                                    "slot",
                                    "'%s' is not there yet; %d of %d exist"
                                            .formatted(
                                                    target.slot(),
                                                    server.slots().number(),
                                                    server.slots().max())));
            return;
        }
        Slot slot = found.get();
        if (!slot.usable()) {
            findings.add(
                    Finding.wrong(
                            "slot",
                            "'" + slot.name() + "' is another database's or another program's",
                            "Tidemark leaves it alone",
                            "set tidemark.change.slot (here --slot) to a name of its own"));
        } else if (slot.lost()) {
            findings.add(
                    Finding.note(
                            "slot",
                            "'" + slot.name() + "' has lost its write-ahead log",
                            "the next reader makes it anew, with nothing cached valid",
                            ""));
        } else if (slot.reader() != 0) {
            findings.add(
                    Finding.ok(
                            "slot",
                            "'%s' is read by process %d and keeps %s of write-ahead log"
                                    .formatted(slot.name(), slot.reader(), slot.kept())));
        } else {
            findings.add(
                    Finding.note(
                            "slot",
                            "'%s' has no reader and keeps %s of write-ahead log"
                                    .formatted(slot.name(), slot.kept()),
                            "it keeps more with every change, until a reader comes",
                            "start Tidemark, or ./tidemark drop"));
        }
    }

    private void schema() throws SQLException {
        String role = server.role();
        if (!facts.schemaThere()) {
            findings.add(
                    server.mayCreate() && !target.isSplit()
                            ? Finding.ok(
                                    "schema", "'tidemark' is not there yet; it is made at start")
                            : Finding.wrong(
                                    "schema",
                                    server.mayCreate()
                                            ? "'tidemark' is not there yet"
                                            : "'tidemark' is not there, and "
                                                    + role
                                                    + " may not make it",
                                    "what is followed is noted there, for both roles",
                                    "run what ./tidemark prepare prints"));
        } else if (!facts.schemaUsable()) {
            findings.add(
                    Finding.wrong(
                            "schema",
                            role + " may not use the schema 'tidemark'",
                            "what is followed is noted there",
                            "GRANT USAGE ON SCHEMA tidemark TO "
                                    + TableName.quoted(role)
                                    + ";  -- and the rest of what ./tidemark prepare prints"));
        } else if (!facts.schemaCurrent()) {
            findings.add(
                    capture.exists(OWNS_SCHEMA)
                            ? Finding.ok(
                                    "schema",
                                    "'tidemark' is an older one; updated at the next start")
                            : Finding.wrong(
                                    "schema",
                                    "'tidemark' is older than this Tidemark, and not "
                                            + role
                                            + "'s",
                                    "nothing is followed until it is updated",
                                    "run what ./tidemark prepare prints"));
        } else if (!facts.writable()) {
            findings.add(
                    Finding.wrong(
                            "schema",
                            role + " may not write to Tidemark's tables",
                            "what is followed is noted there",
                            "GRANT SELECT, INSERT, UPDATE, DELETE ON tidemark.incarnation,"
                                    + " tidemark.lineage, tidemark.followed, tidemark.told TO "
                                    + TableName.quoted(role)
                                    + ";"));
        } else if (reading.catalogue().following().isEmpty() && !facts.standby()) {
            findings.add(
                    Finding.wrong(
                            "schema",
                            "the role that reads may not read Tidemark's tables",
                            "answers cannot say that they are followed",
                            "GRANT USAGE ON SCHEMA tidemark, and SELECT ON ALL TABLES IN SCHEMA"
                                    + " tidemark, to it"));
        } else {
            findings.add(Finding.ok("schema", "'tidemark' is there and up to date"));
        }
    }

    private void publication() {
        String name = target.publication().name();
        if (publication.defect().isPresent()) {
            findings.add(
                    Finding.wrong(
                            "publication",
                            "'" + name + "' " + publication.defect().get(),
                            "it leaves changes out, or makes your own UPDATE fail",
                            "DROP PUBLICATION "
                                    + TableName.quoted(name)
                                    + ";  -- it is made again; or set"
                                    + " tidemark.change.publication (here --publication)"));
        } else if (!publication.there() && !server.mayCreate()) {
            findings.add(
                    Finding.wrong(
                            "publication",
                            "'"
                                    + name
                                    + "' is not there, and "
                                    + server.role()
                                    + " may not make it",
                            "it tells PostgreSQL whose changes to send",
                            "run what ./tidemark prepare prints"));
        } else {
            findings.add(
                    Finding.ok(
                            "publication",
                            publication.there()
                                    ? "'" + name + "' is there"
                                    : "'" + name + "' is not there yet; it is made at start"));
        }
    }

    private void walKept() {
        findings.add(
                server.walKept().equals("-1")
                        ? Finding.note(
                                "WAL kept",
                                "max_slot_wal_keep_size is -1",
                                "a slot without reader (any slot) keeps write-ahead log until the"
                                        + " disk is full; Tidemark's is made anew when it exceeds a"
                                        + " limit",
                                "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'; SELECT"
                                        + " pg_reload_conf();")
                        : Finding.ok("WAL kept", "max_slot_wal_keep_size is " + server.walKept()));
    }

    private void eventTriggers() throws SQLException {
        long there = capture.row(EVENT_TRIGGERS, row -> row.getLong(1));
        if (there == 2) {
            findings.add(
                    Finding.ok("event triggers", "changes of the schema are told as they happen"));
        } else if (!facts.schemaThere() && server.superuser() && !target.isSplit()) {
            findings.add(Finding.ok("event triggers", "not there yet; made at start"));
        } else {
            findings.add(
                    Finding.note(
                            "event triggers",
                            "not there",
                            "changes of the schema are noticed a second or two later",
                            "a superuser runs what ./tidemark prepare prints"));
        }
    }

    private void longWriters() throws SQLException {
        record Writer(String what, long seconds, String todo) {}
        List<Writer> writers =
                capture.rows(
                        LONG_WRITERS,
                        row ->
                                new Writer(
                                        row.getString("what"),
                                        row.getLong("seconds"),
                                        row.getString("todo")));
        for (Writer writer : writers) {
            findings.add(
                    Finding.note(
                            "long writer",
                            "%s has been open for %d s".formatted(writer.what(), writer.seconds()),
                            "a slot can be made, and a table newly followed, only once it has"
                                    + " ended",
                            writer.todo() + ";  -- if it was forgotten"));
        }
        if (writers.isEmpty()) {
            findings.add(
                    server.seesAll()
                            ? Finding.ok("long writers", "none is open for more than a minute")
                            : Finding.note(
                                    "long writers",
                                    "others' transactions cannot be seen by " + server.role(),
                                    "one that stays open keeps tables from being followed",
                                    "GRANT pg_read_all_stats TO "
                                            + TableName.quoted(server.role())
                                            + ";  -- if you want to know"));
        }
    }
}
