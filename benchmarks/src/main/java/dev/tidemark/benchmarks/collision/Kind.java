package dev.tidemark.benchmarks.collision;

import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import java.util.ArrayList;
import java.util.List;

/**
 * A kind of entry, by what it depends on.
 *
 * @param rows how many rows' tags it has; 0 for a list, which has the tag of any row
 */
record Kind(String name, int rows) {

    static final List<Kind> ALL =
            List.of(
                    new Kind("one row", 1),
                    new Kind("a list", 0),
                    new Kind("4 rows by key", 4),
                    new Kind("16 rows by key", 16));

    /** Of a table, the entry of this number. */
    Tags tags(String table, int number) {
        List<Tag> tags = new ArrayList<>();
        tags.add(Tag.table(table));
        if (rows == 0) {
            tags.add(Tag.anyRow(table));
        }
        for (int i = 0; i < rows; i++) {
            tags.add(Tag.row(table, Integer.toString(number * rows + i)));
        }
        return Tags.of(tags);
    }

    int tagCount() {
        return 1 + Math.max(1, rows);
    }

    /**
     * The share of such entries that is invalid after changes that concern none of them.
     *
     * @param changedTags how many different tags were changed
     */
    double expectedShare(int slots, int changedTags) {
        return 1 - Math.pow(1 - (double) tagCount() / slots, changedTags);
    }
}
