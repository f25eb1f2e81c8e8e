package dev.tidemark.common.hot;

import dev.tidemark.common.wire.CacheKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The keys that are asked for most: those that came at a certain rate within one window, for a
 * while. Since a window is {@link #WINDOW}, a key that becomes hot is known after two of them at
 * the latest.
 *
 * <p>Counting is for paths where nothing may cost: it takes a sample, and a lock that few others
 * want. Asking is one read of a map that never changes. Memory is bounded whatever comes ({@link
 * Tally}), and so is the number of hot keys, the most wanted first.
 */
public final class HotKeys {

    /** Twice this is below a second, with room for a scheduler that is late. */
    public static final Duration WINDOW = Duration.ofMillis(400);

    /** Event loops and the few threads beside them meet rarely. */
    private static final int STRIPES = 4;

    /** At 80,000 a second over very many keys, counts lack up to 39 a second. */
    private static final int COUNTERS = 2048;

    private static final double SECOND_NANOS = 1e9;

    private record Hot(HotKey key, long untilNanos) {}

    private final HotLimits limits;
    private final int oneIn;
    private final LongSupplier nanos;
    private final IntSupplier random;
    private final List<Tally> tallies =
            Stream.generate(() -> new Tally(COUNTERS)).limit(STRIPES).toList();

    /** The most wanted first; replaced as a whole, under the lock. */
    private volatile Map<CacheKey, Hot> hot = Map.of();

    private volatile List<HotKey> top = List.of();
    private long windowBegan;

    /**
     * @param oneIn how many are counted by one: a power of two
     * @param nanos a monotonic clock
     * @param random any bits
     */
    public HotKeys(HotLimits limits, int oneIn, LongSupplier nanos, IntSupplier random) {
        if (Integer.bitCount(oneIn) != 1) {
            throw new IllegalArgumentException(oneIn + " is no power of two");
        }
        this.limits = limits;
        this.oneIn = oneIn;
        this.nanos = nanos;
        this.random = random;
        this.windowBegan = nanos.getAsLong();
    }

    /** Somebody asks for this key. Whether that was among the sample. */
    public boolean count(CacheKey key) {
        if (limits.keysMax() == 0 || (random.getAsInt() & (oneIn - 1)) != 0) {
            return false;
        }
        int stripe = (int) Thread.currentThread().threadId() & (STRIPES - 1);
        tallies.get(stripe).add(key);
        return true;
    }

    /** Another node says that the key is hot. It counts for as long as if it were counted here. */
    public void hear(CacheKey key) {
        long now = nanos.getAsLong();
        Hot known = hot.get(key);
        // Said again with each look-up.
        if (known == null || known.untilNanos() - now < limits.keep().toNanos() / 2) {
            add(key, now);
        }
    }

    private synchronized void add(CacheKey key, long now) {
        Map<CacheKey, Hot> next = new HashMap<>(hot);
        Hot known = next.get(key);
        if (known == null && next.size() >= limits.keysMax()) {
            return;
        }
        HotKey counted = known == null ? new HotKey(key, 0) : known.key();
        next.put(key, new Hot(counted, now + limits.keep().toNanos()));
        replace(next);
    }

    public boolean isHot(CacheKey key) {
        return hot.containsKey(key);
    }

    /** The most wanted first. */
    public List<HotKey> top() {
        return top;
    }

    /** Ends a window: to be called once in each. */
    public synchronized void turn() {
        long now = nanos.getAsLong();
        double seconds = (now - windowBegan) / SECOND_NANOS;
        if (seconds <= 0) {
            return;
        }
        windowBegan = now;
        Map<CacheKey, Integer> counts = new HashMap<>();
        tallies.forEach(
                tally -> tally.drainTo((key, count) -> counts.merge(key, count, Integer::sum)));

        List<Hot> next = new ArrayList<>();
        counts.forEach((key, count) -> {
            double perSecond = count * oneIn / seconds;
            if (perSecond >= limits.rate()) {
                HotKey hottest = new HotKey(key, Math.round(perSecond));
                next.add(new Hot(hottest, now + limits.keep().toNanos()));
            } else if (isStillHot(key, now)) {
                next.add(cooling(key, Math.round(perSecond)));
            }
        });
        for (CacheKey key : hot.keySet()) {
            if (!counts.containsKey(key) && isStillHot(key, now)) {
                next.add(cooling(key, 0));
            }
        }
        next.sort(Comparator.comparingLong((Hot key) -> key.key().perSecond()).reversed());
        Map<CacheKey, Hot> most = new HashMap<>();
        next.stream().limit(limits.keysMax()).forEach(key -> most.put(key.key().key(), key));
        replace(most);
    }

    private boolean isStillHot(CacheKey key, long now) {
        Hot known = hot.get(key);
        return known != null && known.untilNanos() - now > 0;
    }

    private Hot cooling(CacheKey key, long perSecond) {
        Hot known = hot.get(key);
        if (known == null) {
            throw new IllegalStateException(key + " was not hot");
        }
        return new Hot(new HotKey(key, perSecond), known.untilNanos());
    }

    private void replace(Map<CacheKey, Hot> next) {
        top =
                next.values().stream()
                        .map(Hot::key)
                        .sorted(Comparator.comparingLong(HotKey::perSecond).reversed())
                        .toList();
        hot = Map.copyOf(next);
    }
}
