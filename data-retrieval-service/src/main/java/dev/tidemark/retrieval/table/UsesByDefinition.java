package dev.tidemark.retrieval.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What rules and policies were found to use, kept between readings: their trees are long, and
 * change only with the row that they are in. For one thread.
 */
final class UsesByDefinition {

    private Map<Key, Set<FollowFacts.Use>> known = Map.of();

    /**
     * A version of a rule or policy.
     *
     * @param policy or else a rule
     */
    record Key(boolean policy, long oid, String xmin) {}

    Optional<Set<FollowFacts.Use>> find(Key key) {
        return Optional.ofNullable(known.get(key));
    }

    /** Forgets everything but these. */
    void keep(Map<Key, Set<FollowFacts.Use>> found) {
        known = new HashMap<>(found);
    }
}
