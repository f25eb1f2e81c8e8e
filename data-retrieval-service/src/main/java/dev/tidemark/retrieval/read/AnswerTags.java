package dev.tidemark.retrieval.read;

import dev.tidemark.common.tag.Tag;
import dev.tidemark.retrieval.table.RowKey;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What answers depend on. */
final class AnswerTags {

    private AnswerTags() {}

    /**
     * The tags of an answer that depends on certain rows only, found or not.
     *
     * @param keys in the form of {@link RowKey}
     */
    static Set<Tag> ofRows(Table table, Iterable<String> keys) {
        Set<Tag> tags = behind(table);
        for (String name : table.rowNames()) {
            keys.forEach(key -> tags.add(Tag.row(name, key)));
            tags.add(Tag.table(name));
        }
        return tags;
    }

    /** The tags of an answer that any row of the table may change. */
    static Set<Tag> ofAnyRow(Table table) {
        Set<Tag> tags = behind(table);
        for (String name : table.rowNames()) {
            tags.add(Tag.anyRow(name));
            tags.add(Tag.table(name));
        }
        return tags;
    }

    private static Set<Tag> behind(Table table) {
        Set<Tag> tags = new LinkedHashSet<>();
        for (String name : table.behind()) {
            tags.add(Tag.anyRow(name));
            tags.add(Tag.table(name));
        }
        return tags;
    }

    /**
     * All keys that can be made of these parts.
     *
     * @param parts for each column of the key its values
     */
    static List<String> keys(List<List<String>> parts) {
        List<List<String>> keys = List.of(List.of());
        for (List<String> values : parts) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> key : keys) {
                for (String value : values) {
                    List<String> next = new ArrayList<>(key);
                    next.add(value);
                    longer.add(next);
                }
            }
            keys = longer;
        }
        return keys.stream().map(RowKey::text).toList();
    }
}
