package dev.tidemark.retrieval.table;

import java.util.Optional;
import java.util.Set;

/**
 * Whether the invalidation log can tell of all that changes the answers from a table or view.
 *
 * @param obstacle why it cannot, in words that name the culprit; empty if it can
 * @param sources the oids of the tables whose changes must be captured for that, partitioned ones
 *     for all their partitions
 * @param mark what must not have changed since this was found out
 */
public record Followability(Optional<String> obstacle, Set<Long> sources, CatalogueMark mark) {

    /** Of a table that was not examined. */
    static final Followability UNKNOWN =
            new Followability(
                    Optional.of("it is not known what it depends on"),
                    Set.of(),
                    CatalogueMark.NONE);

    public Followability {
        sources = Set.copyOf(sources);
    }

    public boolean isFollowable() {
        return obstacle.isEmpty();
    }
}
