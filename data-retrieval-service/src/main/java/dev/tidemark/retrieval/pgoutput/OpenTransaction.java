package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has changed so far. It keeps hashes, and of what has too many only that: first
 * a table's rows become the table, then the transaction becomes one that cannot be told.
 */
final class OpenTransaction {

    /** More changes of one table than this become the table's own tag. */
    static final int TABLE_CHANGES_MAX = 10_000;

    /**
     * Rows of all tables. With {@link #OTHERS_MAX} and two tags for each of {@link #TABLES_MAX}
     * tables a record stays below 3.3 MB, where the log takes 4 MiB.
     */
    static final int ROWS_MAX = 100_000;

    static final int TABLES_MAX = 100_000;

    /** Tags from logical messages. */
    static final int OTHERS_MAX = 100_000;

    /** What a table costs, in terms of rows. */
    private static final int TABLE_WEIGHT = 16;

    /** A heartbeat is far shorter. */
    private static final int HEARTBEAT_BYTES_MAX = 256;

    /** More separators in a name than anyone has. */
    private static final int SEPARATORS_MAX = 16;

    private final int xid;
    private final Map<Long, TableChanges> tables = new HashMap<>();
    private final Map<Integer, FollowedRelation> relations = new HashMap<>();
    private final LongHashSet others = new LongHashSet();
    private int rows;

    /** Whose change was the last one: most likely the next one is of it too. */
    private @Nullable TableChanges last;

    private boolean overflowed;
    private @Nullable String heartbeat;
    private boolean schemaChanged;

    /** Changes of one table; no rows once there are too many. */
    private static final class TableChanges {
        private FollowedRelation relation;
        private final LongHashSet rows = new LongHashSet();
        private int changes;
        private boolean whole;

        TableChanges(FollowedRelation relation) {
            this.relation = relation;
        }
    }

    OpenTransaction(int xid) {
        this.xid = xid;
    }

    int xid() {
        return xid;
    }

    /** What it costs to keep this, in terms of rows. */
    int weight() {
        return rows + others.size() + TABLE_WEIGHT * (tables.size() + relations.size());
    }

    /** What the transaction itself says of a table, which may be of its own making. */
    Map<Integer, FollowedRelation> relations() {
        return relations;
    }

    void changed(FollowedRelation relation, @Nullable Tuple old, @Nullable Tuple row) {
        TableChanges table = table(relation);
        if (table == null || table.whole) {
            return;
        }
        table.changes++;
        if (table.changes > TABLE_CHANGES_MAX || !add(table, old) || !add(table, row)) {
            collapse(table);
        } else if (rows > ROWS_MAX) {
            tables.values().stream()
                    .max(Comparator.comparingInt(other -> other.rows.size()))
                    .ifPresent(this::collapse);
        }
    }

    private boolean add(TableChanges table, @Nullable Tuple tuple) {
        if (tuple == null) {
            return true;
        }
        OptionalLong hash = table.relation.row(tuple);
        if (hash.isPresent() && table.rows.add(hash.getAsLong())) {
            rows++;
        }
        return hash.isPresent();
    }

    void truncated(FollowedRelation relation) {
        TableChanges table = table(relation);
        if (table != null) {
            collapse(table);
        }
    }

    private @Nullable TableChanges table(FollowedRelation relation) {
        if (overflowed) {
            return null;
        }
        if (last != null && last.relation == relation) {
            return last;
        }
        TableChanges table =
                tables.computeIfAbsent(relation.table(), _ -> new TableChanges(relation));
        if (tables.size() > TABLES_MAX) {
            overflow();
            return null;
        }
        // The transaction may have changed the key meanwhile.
        table.relation = relation;
        last = table;
        return table;
    }

    private void collapse(TableChanges table) {
        rows -= table.rows.size();
        table.rows.clear();
        table.whole = true;
    }

    /** Gives up the rows; and, if that is not enough, everything. */
    void shrink(int weightMax) {
        tables.values().forEach(this::collapse);
        if (weight() > weightMax) {
            overflow();
        }
    }

    private void overflow() {
        overflowed = true;
        last = null;
        tables.clear();
        others.clear();
        rows = 0;
    }

    void message(LogicalMessagePrefix prefix, String content) {
        switch (prefix) {
            case TABLE -> other(Tag.table(content));
            case ROW -> {
                other(new Tag(content));
                // A name may have a colon, and so may a key: whatever may be the name is tagged.
                int separators = 0;
                for (int colon = content.indexOf(':');
                        colon >= 0 && separators < SEPARATORS_MAX;
                        colon = content.indexOf(':', colon + 1)) {
                    other(Tag.anyRow(content.substring(0, colon)));
                    separators++;
                }
            }
            case SCHEMA -> schemaChanged = true;
            case HEARTBEAT -> {
                if (content.length() <= HEARTBEAT_BYTES_MAX) {
                    heartbeat = content;
                }
            }
        }
    }

    private void other(Tag tag) {
        if (!overflowed) {
            others.add(tag.hash());
            if (others.size() > OTHERS_MAX) {
                overflow();
            }
        }
    }

    CommittedTransaction committed(Lsn end) {
        LongHashSet hashes = new LongHashSet();
        for (long hash : others.toArray()) {
            hashes.add(hash);
        }
        for (TableChanges table : tables.values()) {
            if (table.whole) {
                hashes.add(table.relation.table());
            } else {
                hashes.add(table.relation.anyRow());
                for (long row : table.rows.toArray()) {
                    hashes.add(row);
                }
            }
        }
        return new CommittedTransaction(
                end,
                xid,
                Tags.ofHashes(hashes.toArray()),
                overflowed,
                Optional.ofNullable(heartbeat),
                schemaChanged);
    }
}
