package dev.tidemark.cache.hot;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.LookupOutcome.Stored;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Entries as Redis handed them out a moment ago, bounded by bytes: where there is no room, none is
 * made.
 */
final class Copies {

    /** What one costs beside its body. */
    private static final int OVERHEAD_BYTES = 1024;

    /**
     * An entry, and when Redis was asked for it.
     *
     * @param partition of the look-up that it answered
     * @param renewing whether somebody asks Redis again
     */
    record Copy(String partition, Stored stored, long askedNanos, AtomicBoolean renewing) {

        Copy(String partition, Stored stored, long askedNanos) {
            this(partition, stored, askedNanos, new AtomicBoolean());
        }

        private int bytes() {
            return OVERHEAD_BYTES + stored.answer().body().length;
        }
    }

    private final long bytesMax;
    private final ConcurrentMap<CacheKey, Copy> copies = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    Copies(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    Optional<Copy> get(CacheKey key) {
        return Optional.ofNullable(copies.get(key));
    }

    /** Takes the last one's place. */
    void put(CacheKey key, Copy copy) {
        if (bytes.addAndGet(copy.bytes()) > bytesMax) {
            bytes.addAndGet(-copy.bytes());
            remove(key);
            return;
        }
        gone(copies.put(key, copy));
    }

    void remove(CacheKey key) {
        gone(copies.remove(key));
    }

    void removeIf(Predicate<Copy> useless) {
        copies.forEach((key, copy) -> {
            if (useless.test(copy) && copies.remove(key, copy)) {
                gone(copy);
            }
        });
    }

    private void gone(@Nullable Copy copy) {
        if (copy != null) {
            bytes.addAndGet(-copy.bytes());
        }
    }

    long bytes() {
        return bytes.get();
    }
}
