package dev.tidemark.common.hot;

import dev.tidemark.common.wire.CacheKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Counts how often each of any number of keys comes, in the room for a few: those of Misra and
 * Gries ("Finding Repeated Elements", Science of Computer Programming 2, 1982). Where there is no
 * counter left for a key, it takes one off all others instead.
 *
 * <p>Why not one that overestimates (Space-Saving, a count-min sketch): no key may ever be taken
 * for hot that is not, or whoever walks through a million keys would fill the caches with them.
 * Invariants:
 *
 * <ul>
 *   <li><b>Never too high.</b> A key's count is at most how often it came.
 *   <li><b>Low by a share at most.</b> It lacks no more than one in {@code countersMax + 1} of all
 *       that came: so many counts are gone for each that is taken off.
 * </ul>
 *
 * <p>What is taken off was added before, so that a count costs constant time on average.
 */
final class Tally {

    private final int countersMax;
    private Map<CacheKey, Counter> counters = new HashMap<>();

    Tally(int countersMax) {
        this.countersMax = countersMax;
    }

    private static final class Counter {
        private int count = 1;
    }

    synchronized void add(CacheKey key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.count++;
        } else if (counters.size() < countersMax) {
            counters.put(key, new Counter());
        } else {
            counters.values().removeIf(other -> --other.count == 0);
        }
    }

    synchronized int size() {
        return counters.size();
    }

    /** Tells all counts, and begins anew. */
    void drainTo(ObjIntConsumer<CacheKey> counts) {
        Map<CacheKey, Counter> counted;
        synchronized (this) {
            counted = counters;
            counters = new HashMap<>();
        }
        counted.forEach((key, counter) -> counts.accept(key, counter.count));
    }
}
