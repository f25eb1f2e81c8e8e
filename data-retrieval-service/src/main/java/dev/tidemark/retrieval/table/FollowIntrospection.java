package dev.tidemark.retrieval.table;

import dev.tidemark.retrieval.table.FollowFacts.Definition;
import dev.tidemark.retrieval.table.FollowFacts.Function;
import dev.tidemark.retrieval.table.FollowFacts.Index;
import dev.tidemark.retrieval.table.FollowFacts.Relation;
import dev.tidemark.retrieval.table.FollowFacts.Use;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the facts that decide what can be followed, and how tables hang together. */
final class FollowIntrospection {

    private final Connection connection;
    private final UsesByDefinition usesByDefinition;

    FollowIntrospection(Connection connection, UsesByDefinition usesByDefinition) {
        this.connection = connection;
        this.usesByDefinition = usesByDefinition;
    }

    /**
     * Reads all of it.
     *
     * @param relations gets what it is made of
     */
    FollowFacts read(Relations relations) throws SQLException {
        Map<Long, Relation> tables = new TreeMap<>();
        Map<Long, String> schemas = new HashMap<>();
        each(
                FollowSql.RELATIONS,
                row -> {
                    Relation relation = relation(row);
                    tables.put(relation.oid(), relation);
                    schemas.put(relation.schema(), row.getString("schema_text"));
                    relations.add(
                            relation.oid(), relation.name(), relation.kind(), relation.partition());
                });
        each(
                CatalogueSql.CHILDREN,
                row -> relations.addChild(row.getLong("inhparent"), row.getLong("inhrelid")));
        Map<Long, List<Index>> indexes = new HashMap<>();
        each(
                FollowSql.INDEXES,
                row ->
                        indexes.computeIfAbsent(row.getLong("indrelid"), _ -> new ArrayList<>())
                                .add(index(row)));
        Set<Long> generated = new HashSet<>();
        each(FollowSql.GENERATED, row -> generated.add(row.getLong("attrelid")));
        Map<Long, List<Definition>> rules = new HashMap<>();
        Map<Long, List<Definition>> policies = new HashMap<>();
        Set<Use> used = definitions(relations, rules, policies);
        return new FollowFacts(
                tables, schemas, indexes, generated, rules, policies, functions(used));
    }

    private static Relation relation(ResultSet row) throws SQLException {
        return new Relation(
                row.getLong("oid"),
                new TableName(row.getString("nspname"), row.getString("relname")),
                Table.Kind.of(row.getString("relkind")),
                row.getBoolean("relispartition"),
                row.getString("text"),
                row.getLong("relnamespace"),
                row.getBoolean("logged"),
                row.getString("relreplident").charAt(0),
                row.getBoolean("relrowsecurity"),
                row.getBoolean("relhassubclass"));
    }

    private static Index index(ResultSet row) throws SQLException {
        return new Index(
                row.getLong("indexrelid"),
                row.getBoolean("indisprimary"),
                row.getBoolean("indisreplident"),
                row.getBoolean("indimmediate"),
                row.getBoolean("indisvalid"),
                row.getBoolean("generated"),
                List.of((String[]) row.getArray("columns").getArray()));
    }

    /** Returns all that any of them uses. */
    private Set<Use> definitions(
            Relations relations,
            Map<Long, List<Definition>> rules,
            Map<Long, List<Definition>> policies)
            throws SQLException {
        Map<UsesByDefinition.Key, Long> found = new LinkedHashMap<>();
        each(
                FollowSql.DEFINITIONS,
                row ->
                        found.put(
                                new UsesByDefinition.Key(
                                        row.getString("kind").equals("p"),
                                        row.getLong("oid"),
                                        row.getString("xmin")),
                                row.getLong("relation")));
        Map<UsesByDefinition.Key, Set<Use>> uses = uses(found.keySet());
        Set<Use> all = new HashSet<>();
        found.forEach((key, relation) -> {
            Set<Use> its = uses.getOrDefault(key, Set.of());
            (key.policy() ? policies : rules)
                    .computeIfAbsent(relation, _ -> new ArrayList<>())
                    .add(new Definition(key.oid(), key.oid() + " " + key.xmin(), its));
            all.addAll(its);
            for (Use use : its) {
                if (use.kind() == Use.Kind.RELATION && use.oid() != relation) {
                    relations.addRead(relation, use.oid());
                }
            }
        });
        return all;
    }

    private Map<UsesByDefinition.Key, Set<Use>> uses(Collection<UsesByDefinition.Key> keys)
            throws SQLException {
        Map<UsesByDefinition.Key, Set<Use>> uses = new HashMap<>();
        Map<Long, UsesByDefinition.Key> newRules = new HashMap<>();
        Map<Long, UsesByDefinition.Key> newPolicies = new HashMap<>();
        for (UsesByDefinition.Key key : keys) {
            usesByDefinition
                    .find(key)
                    .ifPresentOrElse(
                            known -> uses.put(key, known),
                            () -> (key.policy() ? newPolicies : newRules).put(key.oid(), key));
        }
        if (!newRules.isEmpty() || !newPolicies.isEmpty()) {
            newRules.values().forEach(key -> uses.put(key, new LinkedHashSet<>()));
            newPolicies.values().forEach(key -> uses.put(key, new LinkedHashSet<>()));
            each(
                    FollowSql.USES,
                    row -> {
                        UsesByDefinition.Key key =
                                (row.getString("kind").equals("p") ? newPolicies : newRules)
                                        .get(row.getLong("oid"));
                        if (key != null) {
                            uses.getOrDefault(key, new HashSet<>()).add(use(row));
                        }
                    },
                    oids(newRules.keySet()),
                    oids(newPolicies.keySet()));
        }
        usesByDefinition.keep(uses);
        return uses;
    }

    private static Use use(ResultSet row) throws SQLException {
        Use.Kind kind =
                switch (row.getString("field")) {
                    case "funcid" -> Use.Kind.FUNCTION;
                    case "opno" -> Use.Kind.OPERATOR;
                    case "aggfnoid", "winfnoid" -> Use.Kind.AGGREGATE;
                    case "relid" -> Use.Kind.RELATION;
                    case "resulttype" -> Use.Kind.INPUT;
                    default -> Use.Kind.EXPRESSION;
                };
        return new Use(kind, row.getLong("used"), row.getString("name"));
    }

    private Map<Use, List<Function>> functions(Set<Use> used) throws SQLException {
        Map<Use, List<Function>> functions = new HashMap<>();
        if (used.isEmpty()) {
            return functions;
        }
        Map<String, Use> byText = new HashMap<>();
        Map<Use.Kind, Set<Long>> byKind = new HashMap<>();
        for (Use use : used) {
            byText.put(use.kind() + " " + use.oid(), use);
            byKind.computeIfAbsent(use.kind(), _ -> new HashSet<>()).add(use.oid());
        }
        each(
                FollowSql.FUNCTIONS,
                row -> {
                    Use use = byText.get(row.getString("kind") + " " + row.getLong("used"));
                    if (use != null) {
                        functions.computeIfAbsent(use, _ -> new ArrayList<>()).add(function(row));
                    }
                },
                oids(byKind.getOrDefault(Use.Kind.FUNCTION, Set.of())),
                oids(byKind.getOrDefault(Use.Kind.OPERATOR, Set.of())),
                oids(byKind.getOrDefault(Use.Kind.AGGREGATE, Set.of())),
                oids(byKind.getOrDefault(Use.Kind.AGGREGATE, Set.of())),
                oids(byKind.getOrDefault(Use.Kind.INPUT, Set.of())));
        return functions;
    }

    private static Function function(ResultSet row) throws SQLException {
        boolean system = row.getBoolean("system");
        boolean harmless =
                system
                        && HarmlessFunctions.contain(
                                row.getString("proname"), row.getString("prosrc"));
        return new Function(
                row.getLong("oid"),
                row.getString("display"),
                row.getBoolean("immutable") || harmless,
                system ? "" : row.getLong("oid") + " " + row.getString("xmin"));
    }

    private Array oids(Collection<Long> oids) throws SQLException {
        return connection.createArrayOf("oid", oids.toArray());
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
