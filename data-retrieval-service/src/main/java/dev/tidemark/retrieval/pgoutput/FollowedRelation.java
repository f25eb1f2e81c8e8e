package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Tag;
import dev.tidemark.retrieval.table.RowKey;
import dev.tidemark.retrieval.table.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What is needed of a table to tag its rows. */
final class FollowedRelation {

    private final String name;
    private final long order;
    private final long anyRow;
    private final long table;

    /** Where the primary key's columns are in a tuple, in the key's order; none if unusable. */
    private final int[] key;

    private FollowedRelation(String name, long order, int[] key) {
        this.name = name;
        this.order = order;
        this.anyRow = Tag.anyRow(name).hash();
        this.table = Tag.table(name).hash();
        this.key = key;
    }

    /**
     * @param primaryKey the key's columns in the key's order; empty if it has none
     * @param order of its description in the stream
     */
    static FollowedRelation of(
            PgOutputMessage.Relation relation, List<String> primaryKey, long order) {
        return new FollowedRelation(
                new TableName(relation.schema(), relation.name()).toString(),
                order,
                isIdentified(relation, primaryKey) ? places(relation, primaryKey) : new int[0]);
    }

    /** The one that was described last. */
    static FollowedRelation newer(FollowedRelation one, FollowedRelation other) {
        return one.order > other.order ? one : other;
    }

    /** Whether what is sent of an old row has the primary key in it. */
    private static boolean isIdentified(
            PgOutputMessage.Relation relation, List<String> primaryKey) {
        Set<String> flagged =
                relation.columns().stream()
                        .filter(PgOutputMessage.Relation.Column::key)
                        .map(PgOutputMessage.Relation.Column::name)
                        .collect(Collectors.toSet());
        return !primaryKey.isEmpty()
                && (relation.replicaIdentity() == 'f'
                        ? flagged.containsAll(primaryKey)
                        : flagged.equals(Set.copyOf(primaryKey)));
    }

    private static int[] places(PgOutputMessage.Relation relation, List<String> primaryKey) {
        List<String> names =
                relation.columns().stream().map(PgOutputMessage.Relation.Column::name).toList();
        return primaryKey.stream().mapToInt(names::indexOf).toArray();
    }

    /** The hash of a row's tag; empty if its key is not all there. */
    OptionalLong row(Tuple tuple) {
        if (key.length == 0) {
            return OptionalLong.empty();
        }
        List<String> parts = new ArrayList<>(key.length);
        for (int column : key) {
            tuple.text(column).ifPresent(parts::add);
        }
        return parts.size() == key.length
                ? OptionalLong.of(Tag.row(name, RowKey.text(parts)).hash())
                : OptionalLong.empty();
    }

    /** The hash of the tag of any row. */
    long anyRow() {
        return anyRow;
    }

    /** The hash of the table's own tag. */
    long table() {
        return table;
    }
}
