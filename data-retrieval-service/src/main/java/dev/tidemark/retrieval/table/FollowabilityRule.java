package dev.tidemark.retrieval.table;

import dev.tidemark.retrieval.table.FollowFacts.Definition;
import dev.tidemark.retrieval.table.FollowFacts.Function;
import dev.tidemark.retrieval.table.FollowFacts.Index;
import dev.tidemark.retrieval.table.FollowFacts.Relation;
import dev.tidemark.retrieval.table.FollowFacts.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Decides of what the log can tell, from facts of PostgreSQL's catalogues alone. */
final class FollowabilityRule {

    private final FollowFacts facts;
    private final Relations relations;

    FollowabilityRule(FollowFacts facts, Relations relations) {
        this.facts = facts;
        this.relations = relations;
    }

    /** Whether the answers from this table or view can be followed. */
    Followability of(Table.Kind kind, long oid, Collection<Column> columns) {
        Set<Long> reached = new TreeSet<>(relations.reached(oid));
        Set<Long> sources = new TreeSet<>();
        List<Definition> definitions = new ArrayList<>();
        Optional<String> obstacle = ofColumns(columns);
        for (long member : reached) {
            Relation relation = facts.relations().get(member);
            if (relation == null) {
                continue; // what a definition reads of PostgreSQL's own is found there
            }
            if (relation.kind() != Table.Kind.VIEW) {
                sources.add(relations.root(member));
            }
            for (Definition definition : definitions(member)) {
                definitions.add(definition);
                obstacle = obstacle.or(() -> ofDefinition(relation, definition));
            }
        }
        for (long source : sources) {
            obstacle = obstacle.or(() -> ofSource(source));
        }
        return new Followability(obstacle, sources, mark(oid, reached, sources, definitions));
    }

    /** Why the changes of a table, a root of partitions or none, cannot be captured. */
    Optional<String> ofSource(long oid) {
        Relation table = facts.relations().get(oid);
        if (table == null) {
            return Optional.of("table " + oid + " is not known");
        }
        Optional<String> obstacle = ofIdentity(table);
        if (table.kind() == Table.Kind.PARTITIONED) {
            for (long member : relations.withDescendants(oid)) {
                Relation partition = facts.relations().get(member);
                if (partition != null && partition.kind() != Table.Kind.PARTITIONED) {
                    obstacle = obstacle.or(() -> ofPartition(table, partition));
                }
            }
        }
        return obstacle;
    }

    private Optional<String> ofPartition(Relation root, Relation partition) {
        boolean differs =
                root.replicaIdentity() == 'd'
                        && partition.replicaIdentity() == 'i'
                        && indexes(partition).noneMatch(i -> i.replicaIdentity() && i.primary());
        return ofIdentity(partition)
                .or(() ->
                        differs
                                ? because(partition, "has another replica identity than its root")
                                : Optional.empty());
    }

    private Optional<String> ofIdentity(Relation table) {
        return switch (table.kind()) {
            case VIEW -> Optional.empty();
            case FOREIGN -> because(table, "is a foreign table");
            case MATERIALIZED_VIEW -> because(table, "is a materialized view");
            case TABLE, PARTITIONED ->
                    table.logged() ? ofReplicaIdentity(table) : because(table, "is unlogged");
        };
    }

    private Optional<String> ofReplicaIdentity(Relation table) {
        return switch (table.replicaIdentity()) {
            case 'n' -> because(table, "has REPLICA IDENTITY NOTHING");
            case 'f' ->
                    // PostgreSQL 18 would refuse the user's own UPDATE.
                    facts.generated().contains(table.oid())
                            ? because(table, "has a generated column in its replica identity")
                            : Optional.empty();
            case 'i' ->
                    indexes(table)
                            .filter(Index::replicaIdentity)
                            .findFirst()
                            .map(index ->
                                    ofIndex(table, index, "the index of its replica identity"))
                            .orElseGet(() ->
                                    because(table, "has lost the index of its replica identity"));
            default ->
                    indexes(table)
                            .filter(Index::primary)
                            .findFirst()
                            .map(index -> ofIndex(table, index, "the primary key"))
                            .orElseGet(() -> because(table, "has no primary key"));
        };
    }

    private static Optional<String> ofIndex(Relation table, Index index, String what) {
        if (!index.immediate()) {
            return Optional.of(what + " of " + table.name() + " is deferrable");
        }
        if (!index.valid()) {
            return Optional.of(what + " of " + table.name() + " is not valid");
        }
        return index.generated()
                ? because(table, "has a generated column in its replica identity")
                : Optional.empty();
    }

    private Stream<Index> indexes(Relation table) {
        return facts.indexes().getOrDefault(table.oid(), List.of()).stream();
    }

    /** Other objects' names, which change without a change of the row. */
    private static Optional<String> ofColumns(Collection<Column> columns) {
        return columns.stream()
                .filter(column -> column.type().isSystem() && isName(column.type().name()))
                .findFirst()
                .map(column ->
                        "the column %s is of type %s, printed as a name that may change"
                                .formatted(column.name(), column.declaredType()));
    }

    private static boolean isName(String type) {
        return type.startsWith("reg") || type.startsWith("_reg");
    }

    private List<Definition> definitions(long oid) {
        Relation relation = facts.relations().get(oid);
        if (relation == null) {
            return List.of();
        }
        if (relation.kind() == Table.Kind.VIEW) {
            return facts.rules().getOrDefault(oid, List.of());
        }
        List<Definition> policies = new ArrayList<>();
        // A partition is protected by the policies of the table that a query names.
        for (long guarded : new LinkedHashSet<>(List.of(oid, relations.root(oid)))) {
            Relation table = facts.relations().get(guarded);
            if (table != null && table.rowSecurity()) {
                policies.addAll(facts.policies().getOrDefault(guarded, List.of()));
            }
        }
        return policies;
    }

    private Optional<String> ofDefinition(Relation relation, Definition definition) {
        String subject =
                relation.kind() == Table.Kind.VIEW ? "" : "by a row-level-security policy ";
        for (Use use : definition.uses()) {
            Optional<String> found = ofUse(use, relation.oid());
            if (found.isPresent()) {
                return because(relation, subject + found.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> ofUse(Use use, long user) {
        return switch (use.kind()) {
            case EXPRESSION ->
                    Optional.of(
                            switch (use.name()) {
                                case "SQLVALUEFUNCTION" ->
                                        "uses CURRENT_DATE, CURRENT_USER or the like";
                                case "TABLESAMPLECLAUSE" -> "reads a random sample";
                                default -> "uses " + use.name() + ", which may read the clock";
                            });
            case RELATION ->
                    use.oid() == user || relations.isKnown(use.oid())
                            ? Optional.empty()
                            : Optional.of(
                                    "reads " + use.name() + ", whose changes are not captured");
            case INPUT ->
                    unsteady(use).isPresent()
                            ? Optional.of("reads text as " + use.name() + ", which may be 'now'")
                            : Optional.empty();
            case FUNCTION, OPERATOR, AGGREGATE ->
                    unsteady(use)
                            .map(function ->
                                    "uses " + function.name() + ", which is not immutable");
        };
    }

    private Optional<Function> unsteady(Use use) {
        return facts.functions().getOrDefault(use, List.of()).stream()
                .filter(function -> !function.steady())
                .findFirst();
    }

    private static Optional<String> because(Relation relation, String reason) {
        return Optional.of(relation.name() + " " + reason);
    }

    private CatalogueMark mark(
            long oid, Set<Long> reached, Set<Long> sources, List<Definition> definitions) {
        Map<Long, Relation> known = new TreeMap<>();
        for (long member : reached) {
            Relation relation = facts.relations().get(member);
            if (relation != null && (member == oid || !isMereLeaf(relation, reached))) {
                known.put(member, relation);
            }
        }
        for (long source : sources) {
            Relation root = facts.relations().get(source);
            if (root != null) {
                known.put(source, root);
            }
        }
        CatalogueMark.Builder mark = new CatalogueMark.Builder();
        mark.rows(
                CatalogueMark.RELATION,
                "pg_class c",
                "c.oid",
                "c.oid",
                known.keySet(),
                known.values().stream().map(Relation::text).toList());
        Relation named = known.get(oid);
        if (named == null) {
            return CatalogueMark.NONE;
        }
        mark.name(named.name(), oid);
        // The name says what its schema is called.
        Set<Long> schemas = new TreeSet<>();
        known.values().forEach(relation -> schemas.add(relation.schema()));
        schemas.remove(named.schema());
        mark.rows(
                CatalogueMark.SCHEMA,
                "pg_namespace n",
                "n.oid",
                "n.oid",
                schemas,
                schemas.stream().map(schema -> facts.schemas().getOrDefault(schema, "")).toList());
        List<Long> keyed = relations.rowTables(oid);
        if (keyed.equals(List.of(oid))) {
            mark.identity(
                    named.name(),
                    oid,
                    indexes(named)
                            .filter(index ->
                                    switch (named.replicaIdentity()) {
                                        case 'd' -> index.primary();
                                        case 'i' -> index.replicaIdentity();
                                        default -> false;
                                    })
                            .map(Index::oid)
                            .findFirst());
        } else {
            mark.rows(
                    "indexrelid",
                    "pg_index",
                    "indisprimary and indrelid",
                    "indexrelid",
                    keyed,
                    keyed.stream()
                            .flatMap(table ->
                                    facts.indexes().getOrDefault(table, List.of()).stream())
                            .filter(Index::primary)
                            .map(Index::oid)
                            .sorted()
                            .map(String::valueOf)
                            .toList());
        }
        return definitionsOf(mark, known, reached, definitions).build();
    }

    /**
     * Whether it is one of perhaps many partitions and is read as such only: then it has no
     * children, its name is in no tag and its policies do not count.
     */
    private boolean isMereLeaf(Relation relation, Set<Long> reached) {
        return relation.partition()
                && !relation.parent()
                && reached.contains(relations.root(relation.oid()));
    }

    private CatalogueMark.Builder definitionsOf(
            CatalogueMark.Builder mark,
            Map<Long, Relation> known,
            Set<Long> reached,
            List<Definition> definitions) {
        Set<Long> parents = new TreeSet<>();
        Set<Long> guarded = new TreeSet<>();
        Set<Long> views = new TreeSet<>();
        for (Relation relation : known.values()) {
            if (relation.parent() && reached.contains(relation.oid())) {
                parents.add(relation.oid());
            }
            if (relation.kind() == Table.Kind.VIEW) {
                views.add(relation.oid());
            } else if (relation.rowSecurity()) {
                guarded.add(relation.oid());
            }
        }
        List<Long> children = new ArrayList<>();
        parents.forEach(parent -> children.addAll(relations.children(parent)));
        mark.rows(
                "inhrelid",
                "pg_inherits",
                "inhparent",
                "inhrelid",
                parents,
                children.stream().sorted().map(String::valueOf).toList());
        mark.rows(
                "concat_ws(' ', oid, xmin)",
                "pg_rewrite",
                "ev_type = '1' and ev_class",
                "oid",
                views,
                rows(views));
        mark.rows(
                "concat_ws(' ', oid, xmin)",
                "pg_policy",
                "polcmd in ('r', '*') and polrelid",
                "oid",
                guarded,
                rows(guarded));
        Map<Long, String> functions = new TreeMap<>();
        for (Definition definition : definitions) {
            for (Use use : definition.uses()) {
                for (Function function : facts.functions().getOrDefault(use, List.of())) {
                    if (!function.row().isEmpty()) {
                        functions.put(function.oid(), function.row());
                    }
                }
            }
        }
        return mark.rows(
                "concat_ws(' ', oid, xmin)",
                "pg_proc",
                "oid",
                "oid",
                functions.keySet(),
                functions.values());
    }

    private List<String> rows(Set<Long> defined) {
        List<Definition> found = new ArrayList<>();
        for (long oid : defined) {
            found.addAll(facts.rules().getOrDefault(oid, List.of()));
            found.addAll(facts.policies().getOrDefault(oid, List.of()));
        }
        return found.stream()
                .sorted(Comparator.comparingLong(Definition::oid))
                .map(Definition::row)
                .toList();
    }
}
