package dev.tidemark.retrieval.table;

import dev.tidemark.common.wire.DatabaseIdentity;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads PostgreSQL's catalogues (versions 14 to 18) into a {@link Catalogue}. */
final class Introspection {

    private static final String RELATIONS =
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition,
                   n.nspname = ANY(?) AND has_schema_privilege(n.oid, 'USAGE') AS served
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND c.relpersistence <> 't'
            """;

    /** What a view's rule or a row-level-security policy reads. */
    private static final String READS =
            """
            SELECT DISTINCT r.ev_class AS reader, d.refobjid AS source
            FROM pg_rewrite r
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            WHERE r.ev_type = '1' AND d.refclassid = 'pg_class'::regclass
              AND d.refobjid <> r.ev_class
            UNION
            SELECT p.polrelid, d.refobjid
            FROM pg_policy p
            JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
            WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> p.polrelid
            """;

    private static final String CHILDREN = "SELECT inhparent, inhrelid FROM pg_inherits";

    /** A domain's base type is found by descending: a domain may be made of another. */
    private static final String COLUMNS =
            """
            WITH RECURSIVE served AS (
              SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ANY(?) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                AND a.attnum > 0 AND NOT a.attisdropped
                AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
            ), base AS (
              SELECT DISTINCT atttypid AS declared, atttypid AS type FROM served
              UNION
              SELECT base.declared, t.typbasetype
              FROM base JOIN pg_type t ON t.oid = base.type WHERE t.typtype = 'd'
            )
            SELECT s.attrelid, s.attnum, s.attname,
                   format_type(s.atttypid, s.atttypmod) AS declared,
                   coalesce(l.collisdeterministic, true) AS deterministic,
                   tn.nspname AS type_schema, t.typname, format_type(t.oid, NULL) AS display,
                   t.typtype, t.typcategory, t.typarray <> 0 AS has_array, t.typdelim
            FROM served s
            JOIN base b ON b.declared = s.atttypid
            JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
            JOIN pg_namespace tn ON tn.oid = t.typnamespace
            LEFT JOIN pg_collation l ON l.oid = s.attcollation
            ORDER BY s.attrelid, s.attnum
            """;

    private static final String PRIMARY_KEYS =
            """
            SELECT i.indrelid, k.attnum
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
            WHERE i.indisprimary AND k.position <= i.indnkeyatts AND n.nspname = ANY(?)
            ORDER BY i.indrelid, k.position
            """;

    private static final String OPERATORS =
            """
            SELECT o.oprname, n.nspname, ln.nspname || '.' || l.typname AS lhs,
                   rn.nspname || '.' || r.typname AS rhs
            FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
            JOIN pg_type l ON l.oid = o.oprleft JOIN pg_namespace ln ON ln.oid = l.typnamespace
            JOIN pg_type r ON r.oid = o.oprright JOIN pg_namespace rn ON rn.oid = r.typnamespace
            WHERE o.oprname = ANY(?)
            """;

    private static final String CAST_TARGETS =
            """
            SELECT n.nspname, t.typname
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE (n.nspname = 'pg_catalog' AND t.typname = ANY(?))
               OR (n.nspname = ANY(?) AND t.typtype IN ('e', 'd')
                   AND has_type_privilege(t.oid, 'USAGE'))
            ORDER BY n.nspname = 'pg_catalog', array_position(?, n.nspname::text) DESC
            """;

    private static final String TEXT_SEARCH_CONFIGURATIONS =
            "SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace";

    private static final String DATABASE =
            """
            SELECT (SELECT oid FROM pg_database WHERE datname = current_database()) AS oid,
                   NOT pg_is_in_recovery()
                   AND coalesce(
                     (SELECT has_schema_privilege(n.oid, 'USAGE')
                             AND has_table_privilege(c.oid, 'SELECT')
                      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = ? AND c.relname = 'incarnation'),
                     false) AS has_incarnation,
                   has_function_privilege('pg_control_system()', 'EXECUTE')
                   AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') AS has_control
            """;

    private static final String CONTROL =
            """
            SELECT s.system_identifier, c.timeline_id
            FROM pg_control_system() s, pg_control_checkpoint() c
            """;

    private final ExposureProperties exposure;
    private final Connection connection;
    private final Set<String> hiddenInVain;

    /**
     * @param connection in a transaction of its own, so that all of it is one snapshot
     */
    Introspection(ExposureProperties exposure, Connection connection) {
        this.exposure = exposure;
        this.connection = connection;
        hiddenInVain = new HashSet<>(exposure.hide());
    }

    /** The entries of {@code tidemark.hide} that name nothing in the served schemas. */
    List<String> hiddenInVain() {
        return List.copyOf(hiddenInVain);
    }

    /** A row of {@link #RELATIONS} that is served. */
    private record Served(long oid, TableName name, Table.Kind kind) {}

    Catalogue read() throws SQLException {
        Relations relations = new Relations();
        List<Served> served = relations(relations);
        each(READS, row -> relations.addRead(row.getLong("reader"), row.getLong("source")));
        each(
                CHILDREN,
                row -> relations.addChild(row.getLong("inhparent"), row.getLong("inhrelid")));
        Map<Long, Map<Integer, Column>> columns = columns();
        Map<Long, List<Integer>> keys = new HashMap<>();
        each(
                PRIMARY_KEYS,
                row ->
                        keys.computeIfAbsent(row.getLong("indrelid"), _ -> new ArrayList<>())
                                .add(row.getInt("attnum")),
                schemas());
        Map<TableName, Table> tables = new HashMap<>();
        for (Served relation : served) {
            Map<Integer, Column> all = columns.getOrDefault(relation.oid(), Map.of());
            hiddenInVain.removeAll(ExposureProperties.names(relation.name()));
            for (Column column : all.values()) {
                hiddenInVain.removeAll(ExposureProperties.names(relation.name(), column.name()));
            }
            Map<Integer, Column> shown = new java.util.TreeMap<>(all);
            shown.values().removeIf(column -> exposure.hides(relation.name(), column.name()));
            if (shown.isEmpty() || exposure.hides(relation.name())) {
                continue;
            }
            tables.put(
                    relation.name(),
                    new Table(
                            relation.name(),
                            relation.kind(),
                            List.copyOf(shown.values()),
                            key(keys.getOrDefault(relation.oid(), List.of()), shown),
                            relations.rowNames(relation.oid()),
                            relations.behind(relation.oid())));
        }
        Database database = database();
        return new Catalogue(
                exposure.schemas(),
                tables,
                operators(),
                castTargets(),
                textSearchConfigurations(),
                database.identity(),
                database.hasIncarnation());
    }

    private List<Served> relations(Relations relations) throws SQLException {
        List<Served> served = new ArrayList<>();
        each(
                RELATIONS,
                row -> {
                    TableName name =
                            new TableName(row.getString("nspname"), row.getString("relname"));
                    Table.Kind kind = Table.Kind.of(row.getString("relkind"));
                    relations.add(row.getLong("oid"), name, kind, row.getBoolean("relispartition"));
                    if (row.getBoolean("served")) {
                        served.add(new Served(row.getLong("oid"), name, kind));
                    }
                },
                schemas());
        return served;
    }

    private Map<Long, Map<Integer, Column>> columns() throws SQLException {
        Map<Long, Map<Integer, Column>> columns = new HashMap<>();
        each(
                COLUMNS,
                row -> {
                    SqlType type =
                            new SqlType(
                                    row.getString("type_schema"),
                                    row.getString("typname"),
                                    row.getString("display"),
                                    row.getString("typtype").charAt(0),
                                    row.getString("typcategory").charAt(0),
                                    row.getBoolean("has_array"),
                                    row.getString("typdelim").charAt(0));
                    columns.computeIfAbsent(row.getLong("attrelid"), _ -> new HashMap<>())
                            .put(
                                    row.getInt("attnum"),
                                    new Column(
                                            row.getString("attname"),
                                            type,
                                            row.getString("declared"),
                                            row.getBoolean("deterministic")));
                },
                schemas());
        return columns;
    }

    /** No key at all if a part of it is not served: nobody may filter by what is hidden. */
    private static List<Column> key(List<Integer> numbers, Map<Integer, Column> shown) {
        return shown.keySet().containsAll(numbers)
                ? numbers.stream()
                        .map(number -> java.util.Objects.requireNonNull(shown.get(number)))
                        .toList()
                : List.of();
    }

    private Operators operators() throws SQLException {
        Set<Operators.Signature> signatures = new HashSet<>();
        each(
                OPERATORS,
                row ->
                        signatures.add(
                                new Operators.Signature(
                                        row.getString("oprname"),
                                        row.getString("nspname"),
                                        row.getString("lhs"),
                                        row.getString("rhs"))),
                texts(Operators.SYMBOLS));
        return new Operators(signatures);
    }

    /** Where two schemas have a type of one name, the system's wins, then the first schema's. */
    private CastTargets castTargets() throws SQLException {
        Map<String, CastTargets.Target> targets = new HashMap<>();
        each(
                CAST_TARGETS,
                row ->
                        targets.put(
                                row.getString("typname"),
                                new CastTargets.Target(
                                        row.getString("nspname"), row.getString("typname"), false)),
                texts(List.copyOf(CastTargets.SYSTEM_TYPES)),
                schemas(),
                schemas());
        return new CastTargets(targets);
    }

    private Set<String> textSearchConfigurations() throws SQLException {
        Set<String> names = new HashSet<>();
        each(TEXT_SEARCH_CONFIGURATIONS, row -> names.add(row.getString("cfgname")));
        return names;
    }

    private record Database(DatabaseIdentity identity, boolean hasIncarnation) {}

    private Database database() throws SQLException {
        List<Database> found = new ArrayList<>();
        each(
                DATABASE,
                row -> {
                    long[] control = new long[2];
                    if (row.getBoolean("has_control")) {
                        each(
                                CONTROL,
                                c -> {
                                    control[0] = c.getLong("system_identifier");
                                    control[1] = c.getLong("timeline_id");
                                });
                    }
                    found.add(
                            new Database(
                                    new DatabaseIdentity(
                                            control[0], (int) control[1], row.getLong("oid"), 0),
                                    row.getBoolean("has_incarnation")));
                },
                ExposureProperties.OWN_SCHEMA);
        return found.getFirst();
    }

    private Array schemas() throws SQLException {
        return texts(exposure.schemas());
    }

    private Array texts(List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void each(String sql, RowReader reader, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }
}
