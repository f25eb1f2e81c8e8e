package dev.tidemark.retrieval.table;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What PostgreSQL's catalogues say that decides what can be followed.
 *
 * @param relations by oid
 * @param schemas by oid, in the form of {@link CatalogueMark#SCHEMA}
 * @param indexes of primary keys and replica identities, by the table's oid
 * @param generated the oids of tables that have a generated column
 * @param rules what makes a view, by its oid
 * @param policies those that decide which rows can be read, by the table's oid
 * @param functions by what stands for them in a definition
 */
record FollowFacts(
        Map<Long, Relation> relations,
        Map<Long, String> schemas,
        Map<Long, List<Index>> indexes,
        Set<Long> generated,
        Map<Long, List<Definition>> rules,
        Map<Long, List<Definition>> policies,
        Map<Use, List<Function>> functions) {

    /** The name of a table that is known. */
    TableName name(long oid) {
        return Objects.requireNonNull(relations.get(oid)).name();
    }

    /** The names of a table's primary key's columns; empty if it has none. */
    List<String> key(long oid) {
        return indexes.getOrDefault(oid, List.of()).stream()
                .filter(Index::primary)
                .findFirst()
                .map(Index::columns)
                .orElse(List.of());
    }

    /**
     * A table or view.
     *
     * @param text in the form of {@link CatalogueMark#RELATION}
     * @param schema its oid
     * @param logged whether its changes are written to the WAL
     * @param replicaIdentity {@code pg_class.relreplident}
     * @param rowSecurity whether policies apply to it
     * @param parent whether it has, or had, children
     */
    record Relation(
            long oid,
            TableName name,
            Table.Kind kind,
            boolean partition,
            String text,
            long schema,
            boolean logged,
            char replicaIdentity,
            boolean rowSecurity,
            boolean parent) {}

    /**
     * The index of a primary key or of a replica identity.
     *
     * @param immediate not deferrable
     * @param generated whether one of its columns is
     * @param columns the names of the key's, in its order
     */
    record Index(
            long oid,
            boolean primary,
            boolean replicaIdentity,
            boolean immediate,
            boolean valid,
            boolean generated,
            List<String> columns) {}

    /**
     * A view's rule or a policy.
     *
     * @param row the row that it is, with its {@code xmin}
     */
    record Definition(long oid, String row, Set<Use> uses) {}

    /** Something that a definition uses. */
    record Use(Kind kind, long oid, String name) {

        enum Kind {
            FUNCTION,
            OPERATOR,
            AGGREGATE,
            /** A text that is read as a value of a type. */
            INPUT,
            RELATION,
            /** A piece of grammar that has no oid. */
            EXPRESSION
        }
    }

    /**
     * A function that a definition calls.
     *
     * @param name with its arguments' types
     * @param steady whether it gives the same result whenever it is called
     * @param row the row that it is, with its {@code xmin}; empty for PostgreSQL's own
     */
    record Function(long oid, String name, boolean steady, String row) {}
}
