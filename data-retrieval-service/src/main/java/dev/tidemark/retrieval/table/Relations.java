package dev.tidemark.retrieval.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
        Relation relation = relations.get(oid);
        if (relation == null || relation.view()) {
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (long member : withDescendants(oid)) {
            Relation found = relations.get(root(member));
            if (found != null) {
                names.add(found.name());
            }
        }
        return List.copyOf(names);
    }

    /** The names of everything else that answers from this table or view depend on. */
    List<String> behind(long oid) {
        Set<Long> seen = new HashSet<>(withDescendants(oid));
        Deque<Long> todo = new ArrayDeque<>(seen);
        Set<String> names = new TreeSet<>();
        while (!todo.isEmpty()) {
            long next = todo.pop();
            Relation relation = relations.get(next);
            if (relation == null) {
                continue; // a sequence, for one
            }
            if (relation.view()) {
                names.add(relation.name());
            } else {
                names.addAll(rowNames(next));
            }
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
        rowNames(oid).forEach(names::remove);
        return List.copyOf(names);
    }

    private Set<Long> sources(long oid) {
        Set<Long> sources = new HashSet<>(reads.getOrDefault(oid, List.of()));
        sources.addAll(reads.getOrDefault(root(oid), List.of()));
        return sources;
    }

    private Set<Long> withDescendants(long oid) {
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
    private long root(long oid) {
        long root = oid;
        for (Relation relation = relations.get(root);
                relation != null && relation.partition() && parents.containsKey(root);
                relation = relations.get(root)) {
            root = parents.get(root).getFirst();
        }
        return root;
    }
}
