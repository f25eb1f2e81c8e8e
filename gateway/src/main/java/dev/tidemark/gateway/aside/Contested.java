package dev.tidemark.gateway.aside;

import dev.tidemark.common.wire.CacheKey;

/**
 * Which keys' answers are overtaken by changes before they arrive, again and again. Nobody can use
 * the fill that others would wait for, so their readers share a fetch within the gateway and queue
 * for no lease.
 *
 * <p>Once is no sign: any fetch can meet a change.
 */
final class Contested {

    private final KeyMarks overtakenLately;
    private final KeyMarks contested;

    Contested(KeyMarks overtakenLately, KeyMarks contested) {
        this.overtakenLately = overtakenLately;
        this.contested = contested;
    }

    /** A fetch was overtaken. Whether the key is contested from now on. */
    boolean overtaken(CacheKey key) {
        boolean again = overtakenLately.isMarked(key);
        overtakenLately.mark(key);
        if (again) {
            contested.mark(key);
        }
        return again;
    }

    boolean isContested(CacheKey key) {
        return contested.isMarked(key);
    }
}
