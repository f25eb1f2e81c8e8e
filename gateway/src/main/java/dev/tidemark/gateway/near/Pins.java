package dev.tidemark.gateway.near;

import dev.tidemark.common.wire.CacheKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The entries of hot keys, which no other entry drives out; bounded by bytes. Where there is no
 * room for one more, it takes its chance like all others.
 *
 * <p>Readers take no lock. Beside the cache proper rather than in it without weight, so that the
 * bound of either holds whatever the other does.
 */
final class Pins {

    private final long bytesMax;
    private final ConcurrentMap<CacheKey, Entry> entries = new ConcurrentHashMap<>();
    private long bytes;

    Pins(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Nullable Entry get(CacheKey key) {
        return entries.get(key);
    }

    /** Keeps the entry, unless what is there was read in a later snapshot. */
    synchronized void put(CacheKey key, Entry entry) {
        Entry old = entries.get(key);
        if (old != null && !entry.replaces(old)) {
            return;
        }
        long after = bytes - (old == null ? 0 : old.bytes()) + entry.bytes();
        if (after <= bytesMax) {
            entries.put(key, entry);
            bytes = after;
        } else {
            remove(key);
        }
    }

    synchronized void removeIf(Predicate<CacheKey> cold) {
        entries.keySet().stream().filter(cold).toList().forEach(this::remove);
    }

    private void remove(CacheKey key) {
        Entry old = entries.remove(key);
        if (old != null) {
            bytes -= old.bytes();
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
