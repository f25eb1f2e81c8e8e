package dev.tidemark.gateway.check;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.time.MonotonicClock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Picks some of what is served from the caches: the next after each tick of a timer. All others pay
 * for one read of a flag that hardly ever changes.
 */
public final class Sampler {

    private final Consumer<Sample> taker;
    private final MonotonicClock clock;
    private final AtomicBoolean wanted = new AtomicBoolean();

    Sampler(Consumer<Sample> taker, MonotonicClock clock) {
        this.taker = taker;
        this.clock = clock;
    }

    /** Picks nothing. */
    public static Sampler none() {
        return new Sampler(sample -> {}, () -> 0);
    }

    /**
     * A reader was served this from a cache, valid. Never an error, and never slow. What is served
     * by time only is not picked: nothing is promised of it but its age.
     */
    public void served(CanonicalRequest request, CacheKey key, Entry entry) {
        // Opaque: whoever sees it a moment late takes the one after.
        if (wanted.getOpaque() && entry.answer().followed() && wanted.compareAndSet(true, false)) {
            taker.accept(new Sample(request, key, entry, clock.nanos()));
        }
    }

    /** The next one is wanted. */
    void want() {
        wanted.setOpaque(true);
    }
}
