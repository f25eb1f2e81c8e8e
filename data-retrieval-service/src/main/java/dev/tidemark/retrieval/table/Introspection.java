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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads PostgreSQL's catalogues (versions 14 to 18) into a {@link Catalogue}. */
public final class Introspection {

    private final ExposureProperties exposure;
    private final boolean following;
    private final UsesByDefinition uses;
    private final Connection connection;
    private final Set<String> hiddenInVain;
    private List<Source> sources = List.of();

    /**
     * What one reading found.
     *
     * @param sources the tables whose changes matter to what is served, whether any are captured or
     *     not
     * @param hiddenInVain the entries of {@code tidemark.hide} that name nothing that can be read
     */
    public record Reading(Catalogue catalogue, List<Source> sources, List<String> hiddenInVain) {

        public Reading {
            sources = List.copyOf(sources);
            hiddenInVain = List.copyOf(hiddenInVain);
        }
    }

    /**
     * Reads it once, for who needs no {@link LiveCatalogue}.
     *
     * @param connection in a transaction of its own
     */
    public static Reading read(ExposureProperties exposure, Connection connection)
            throws SQLException {
        Introspection introspection =
                new Introspection(exposure, true, new UsesByDefinition(), connection);
        Catalogue catalogue = introspection.read();
        return new Reading(catalogue, introspection.sources, introspection.hiddenInVain());
    }

    /**
     * @param following whether changes are followed at all
     * @param uses what earlier readings found
     * @param connection in a transaction of its own, so that all of it is one snapshot
     */
    Introspection(
            ExposureProperties exposure,
            boolean following,
            UsesByDefinition uses,
            Connection connection) {
        this.exposure = exposure;
        this.following = following;
        this.uses = uses;
        this.connection = connection;
        hiddenInVain = new HashSet<>(exposure.hide());
    }

    /** The entries of {@code tidemark.hide} that name nothing in the served schemas. */
    List<String> hiddenInVain() {
        return List.copyOf(hiddenInVain);
    }

    Catalogue read() throws SQLException {
        Relations relations = new Relations();
        FollowFacts facts = new FollowIntrospection(connection, uses).read(relations);
        each(
                CatalogueSql.READS,
                row -> relations.addRead(row.getLong("reader"), row.getLong("source")));
        FollowabilityRule rule = new FollowabilityRule(facts, relations);
        Set<Long> oids = new TreeSet<>();
        Map<Long, Map<Integer, Column>> columns = columns();
        Map<Long, List<Integer>> keys = new HashMap<>();
        each(
                CatalogueSql.PRIMARY_KEYS,
                row ->
                        keys.computeIfAbsent(row.getLong("indrelid"), _ -> new ArrayList<>())
                                .add(row.getInt("attnum")),
                schemas());
        Map<TableName, Table> tables = new HashMap<>();
        for (FollowFacts.Relation relation : served(facts)) {
            Map<Integer, Column> all = columns.getOrDefault(relation.oid(), Map.of());
            hiddenInVain.removeAll(ExposureProperties.names(relation.name()));
            for (Column column : all.values()) {
                hiddenInVain.removeAll(ExposureProperties.names(relation.name(), column.name()));
            }
            Map<Integer, Column> shown = new TreeMap<>(all);
            shown.values().removeIf(column -> exposure.hides(relation.name(), column.name()));
            if (shown.isEmpty() || exposure.hides(relation.name())) {
                continue;
            }
            Followability followability = rule.of(relation.kind(), relation.oid(), shown.values());
            oids.addAll(followability.sources());
            Names names = names(relation.oid(), relations, facts);
            tables.put(
                    relation.name(),
                    new Table(
                            relation.name(),
                            relation.kind(),
                            List.copyOf(shown.values()),
                            key(keys.getOrDefault(relation.oid(), List.of()), shown),
                            names.rows(),
                            names.behind(),
                            followability));
        }
        sources =
                oids.stream()
                        .map(oid -> new Source(oid, facts.name(oid), rule.ofSource(oid)))
                        .toList();
        Database database = database();
        return new Catalogue(
                exposure.schemas(),
                tables,
                operators(),
                castTargets(),
                textSearchConfigurations(),
                database.identity(),
                database.hasIncarnation(),
                following && database.canFollow()
                        ? Optional.of(new Catalogue.Following(sources, followed()))
                        : Optional.empty());
    }

    private List<FollowFacts.Relation> served(FollowFacts facts) throws SQLException {
        Set<String> usable = new HashSet<>();
        each(CatalogueSql.USABLE_SCHEMAS, row -> usable.add(row.getString("nspname")), schemas());
        return facts.relations().values().stream()
                .filter(relation -> usable.contains(relation.name().schema()))
                .toList();
    }

    private Set<Long> followed() throws SQLException {
        Set<Long> followed = new HashSet<>();
        each(FollowSql.FOLLOWED, row -> followed.add(row.getLong("relid")));
        return followed;
    }

    /** Under which names answers from a table are tagged. */
    private record Names(List<String> rows, List<String> behind) {}

    /**
     * An heir with another key than the table that is named is tagged like a table behind it: its
     * changes bear its own key.
     */
    private static Names names(long oid, Relations relations, FollowFacts facts) {
        List<String> rows = new ArrayList<>();
        List<String> behind = new ArrayList<>(relations.behind(oid));
        for (long table : relations.rowTables(oid)) {
            boolean sameKey =
                    table == relations.root(oid) || facts.key(table).equals(facts.key(oid));
            (sameKey ? rows : behind).add(relations.name(table));
        }
        return new Names(rows, behind);
    }

    private Map<Long, Map<Integer, Column>> columns() throws SQLException {
        Map<Long, Map<Integer, Column>> columns = new HashMap<>();
        each(
                CatalogueSql.COLUMNS,
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
                ? numbers.stream().map(number -> Objects.requireNonNull(shown.get(number))).toList()
                : List.of();
    }

    private Operators operators() throws SQLException {
        Set<Operators.Signature> signatures = new HashSet<>();
        each(
                CatalogueSql.OPERATORS,
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
                CatalogueSql.CAST_TARGETS,
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
        each(CatalogueSql.TEXT_SEARCH_CONFIGURATIONS, row -> names.add(row.getString("cfgname")));
        return names;
    }

    private record Database(DatabaseIdentity identity, boolean hasIncarnation, boolean canFollow) {}

    private Database database() throws SQLException {
        List<Database> found = new ArrayList<>();
        each(
                CatalogueSql.DATABASE,
                row -> {
                    long[] control = new long[2];
                    if (row.getBoolean("has_control")) {
                        each(
                                CatalogueSql.CONTROL,
                                c -> {
                                    control[0] = c.getLong("system_identifier");
                                    control[1] = c.getLong("timeline_id");
                                });
                    }
                    found.add(
                            new Database(
                                    new DatabaseIdentity(
                                            control[0], (int) control[1], row.getLong("oid"), 0),
                                    row.getBoolean("has_incarnation"),
                                    row.getBoolean("has_incarnation")
                                            && row.getBoolean("has_followed")));
                },
                ExposureProperties.OWN_SCHEMA,
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
