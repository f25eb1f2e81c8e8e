package dev.tidemark.retrieval.write;

import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.retrieval.query.WriteSql;
import dev.tidemark.retrieval.query.WriteStatement;
import dev.tidemark.retrieval.table.Table;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a write makes invalid, told ahead of the log. What triggers do the log tells. */
final class WrittenTags {

    private WrittenTags() {}

    static Tags of(Table table, WriteStatement statement, WrittenRows rows) {
        if (rows.total() == 0) {
            return Tags.NONE;
        }
        List<String> names = table.rowNames();
        Set<Tag> tags = new LinkedHashSet<>();
        boolean rowByRow =
                statement.keyParts() > 0
                        && statement.exact()
                        && rows.total() <= WriteSql.KEYS_MAX
                        && (rows.keys().size() + 1L) * names.size() <= WrittenHeaders.TAGS_MAX;
        if (rowByRow) {
            for (String name : names) {
                rows.keys().forEach(key -> tags.add(Tag.row(name, key)));
                tags.add(Tag.anyRow(name));
            }
        } else {
            // A view's rows are those of whatever is behind it.
            (names.isEmpty() ? table.behind() : names).forEach(name -> tags.add(Tag.table(name)));
        }
        return Tags.of(tags);
    }
}
