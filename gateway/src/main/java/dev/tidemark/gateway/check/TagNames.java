package dev.tidemark.gateway.check;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.tag.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Guesses the names of an answer's tags, of which a gateway knows only the hashes. A wrong guess
 * fits no hash, so it is never seen.
 */
final class TagNames {

    private TagNames() {}

    /** The names that some tags of the answers to this request may have, by their hashes. */
    static Map<Long, String> of(CanonicalRequest request) {
        String table = request.profile().orElse("public") + '.' + request.table();
        List<Tag> guesses = new ArrayList<>(List.of(Tag.anyRow(table), Tag.table(table)));
        request.key().forEach(key -> guesses.add(Tag.row(table, key)));
        for (Condition condition : request.where().conditions()) {
            if (condition instanceof Condition.Comparison comparison) {
                comparison.values().forEach(value -> guesses.add(Tag.row(table, value)));
            }
        }
        Map<Long, String> names = new HashMap<>();
        guesses.forEach(tag -> names.put(tag.hash(), tag.text()));
        return names;
    }
}
