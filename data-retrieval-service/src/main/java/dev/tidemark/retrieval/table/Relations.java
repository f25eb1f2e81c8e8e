package dev.tidemark.retrieval.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * How tables hang together, by their oids: what a view or a policy reads, who inherits from whom.
 * From it follow the names under which answers are tagged.
 */
final class Relations {

    private final Map<Long, Relation> relations = new HashMap<>();
    private final Map<Long, List<Long>> reads = new HashMap<>();
    private final Map<Long, List<Long>> parents = new HashMap<>();
    private final Map<Long, List<Long>> children = new HashMap<>();

    private record Relation(String name, boolean view, boolean partition) {}

    void add(long oid, TableName name, Table.Kind kind, boolean partition) {
        relations.put(oid, new Relation(name.toString(), kind == Table.Kind.VIEW, partition));
    }

    /** The definition or a policy of the one reads the other. */
    void addRead(long reader, long source) {
        reads.computeIfAbsent(reader, _ -> new ArrayList<>()).add(source);
    }

    void addChild(long parent, long child) {
        children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(child);
        parents.computeIfAbsent(child, _ -> new ArrayList<>()).add(parent);
    }

    /** The names under which a table's rows are tagged; empty for a view. */
    List<String> rowNames(long oid) {
        return rowTables(oid).stream().map(this::name).toList();
    }

    /** The tables under whose names a table's rows are tagged; empty for a view. */
    List<Long> rowTables(long oid) {
        Relation relation = relations.get(oid);
        if (relation == null || relation.view()) {
            return List.of();
        }
        Set<Long> tables = new LinkedHashSet<>();
        for (long member : withDescendants(oid)) {
            long root = root(member);
            if (relations.containsKey(root)) {
                tables.add(root);
            }
        }
        return List.copyOf(tables);
    }

    /** The name of a relation that is known. */
    String name(long oid) {
        return Objects.requireNonNull(relations.get(oid)).name();
    }

    List<Long> children(long parent) {
        return children.getOrDefault(parent, List.of());
    }

    boolean isKnown(long oid) {
        return relations.containsKey(oid);
    }

    /** The names of everything else that answers from this table or view depend on. */
    List<String> behind(long oid) {
        Set<String> names = new TreeSet<>();
        for (long reached : reached(oid)) {
            Relation relation = relations.get(reached);
            if (relation == null) {
                continue; // a sequence, for one
            }
            if (relation.view()) {
                names.add(relation.name());
            } else {
                names.addAll(rowNames(reached));
            }
        }
        rowNames(oid).forEach(names::remove);
        return List.copyOf(names);
    }

    /**
     * The relation itself and all that is read when it is: descendants, what views and policies
     * read, and so on. Some may not be known.
     */
    Set<Long> reached(long oid) {
        Set<Long> seen = new LinkedHashSet<>(withDescendants(oid));
        Deque<Long> todo = new ArrayDeque<>(seen);
        while (!todo.isEmpty()) {
            long next = todo.pop();
            // A partition is protected by the policies of whichever table is named in the query,
            // but a view may name it directly: the root's count too.
            for (long source : sources(next)) {
                for (long member : withDescendants(source)) {
                    if (seen.add(member)) {
                        todo.push(member);
                    }
                }
            }
        }
        return seen;
    }

    private Set<Long> sources(long oid) {
        Set<Long> sources = new HashSet<>(reads.getOrDefault(oid, List.of()));
        sources.addAll(reads.getOrDefault(root(oid), List.of()));
        return sources;
    }

    Set<Long> withDescendants(long oid) {
        Set<Long> found = new LinkedHashSet<>();
        Deque<Long> todo = new ArrayDeque<>();
        todo.push(oid);
        while (!todo.isEmpty()) {
            long next = todo.pop();
            if (found.add(next)) {
                children.getOrDefault(next, List.of()).forEach(todo::push);
            }
        }
        return found;
    }

    /** The partitioned table at the top; the table itself if it is no partition. */
    long root(long oid) {
        long root = oid;
        for (Relation relation = relations.get(root);
                relation != null && relation.partition() && parents.containsKey(root);
                relation = relations.get(root)) {
            root = parents.get(root).getFirst();
        }
        return root;
    }
}
