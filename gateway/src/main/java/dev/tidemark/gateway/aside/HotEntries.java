package dev.tidemark.gateway.aside;

import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.hot.RefreshAhead;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.hot.HotRead;
import dev.tidemark.gateway.hot.HotReads;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * The entries of hot keys: kept in the near cache, and fetched again before a reader has to wait
 * for it; at once after a change, and ahead of the soft TTL whoever reads it.
 *
 * <p>All gateways do so at the same moment, and the lease lets one of them fetch. A key that
 * changes all the time is fetched no more often than its pause allows, by which its readers, whom
 * nothing holds back, fetch far more often. One whose fetches come to nothing is tried less and
 * less.
 */
final class HotEntries {

    /** Far below the shortest lead that matters, and a glance at some hundred entries. */
    private static final Duration GLANCE_EVERY = Duration.ofMillis(50);

    private static final int DOUBLINGS_MAX = 5;

    /** What is stale a moment after its fetch would be fetched all the time, and never be ready. */
    private static final Duration SOFT_TTL_MIN = Duration.ofSeconds(1);

    /**
     * What was last done about a key.
     *
     * @param version of the entry that was to be replaced
     * @param fruitless how often in a row nothing newer has come of it, this time included
     */
    private record Attempt(Version version, int fruitless, long nanos) {

        /** Not by whether it is another object: the shared cache hands out the same once more. */
        private boolean hasBrought(Entry entry) {
            return entry.answer().version().compareTo(version) > 0
                    || entry.bornNanos() - nanos >= 0;
        }
    }

    private final HotReads hot;
    private final NearCache near;
    private final Follower follower;
    private final Refreshes refreshes;
    private final Duration pause;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final Map<CacheKey, Attempt> attempts = new HashMap<>();
    private final AtomicBoolean glancing = new AtomicBoolean();
    private final Disposable.Composite running = Disposables.composite();

    /**
     * @param pause between two fetches of a key
     */
    HotEntries(
            HotReads hot,
            NearCache near,
            Follower follower,
            Refreshes refreshes,
            Duration pause,
            MonotonicClock clock,
            Scheduler scheduler) {
        this.hot = hot;
        this.near = near;
        this.follower = follower;
        this.refreshes = refreshes;
        this.pause = pause;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    void start() {
        running.add(every(HotKeys.WINDOW, this::turn));
        running.add(every(GLANCE_EVERY, this::glance));
        follower.whenChanged(this::glanceSoon);
    }

    private Disposable every(Duration period, Runnable task) {
        long nanos = period.toNanos();
        return scheduler.schedulePeriodically(task, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    void stop() {
        running.dispose();
    }

    private synchronized void turn() {
        hot.turn();
        hot.known().forEach(read -> near.pin(read.key()));
        near.unpinCold();
        attempts.keySet().removeIf(key -> !hot.isHot(key));
    }

    /** Off the thread that feeds; changes that come meanwhile are seen by the same glance. */
    private void glanceSoon() {
        if (!running.isDisposed() && glancing.compareAndSet(false, true)) {
            scheduler.schedule(() -> {
                glancing.set(false);
                glance();
            });
        }
    }

    private synchronized void glance() {
        hot.known().forEach(this::glance);
    }

    private void glance(HotRead read) {
        CacheKey key = read.key();
        switch (near.peek(key)) {
            case Found.Fresh(Entry entry, _) when isDue(entry) && mayTry(key, entry) ->
                    refreshes.aheadNow(ReadRequest.plain(read.request()), key, entry);
            case Found.Stale(Entry entry, _) when mayTry(key, entry) ->
                    refreshes.behind(ReadRequest.plain(read.request()), key);
            case Found.Invalid(Entry entry) when mayTry(key, entry) ->
                    refreshes.afterChange(ReadRequest.plain(read.request()), key, entry);
            // Nobody knows whether it is valid, or it was never to be kept: its readers find out.
            default -> {}
        }
    }

    private boolean isDue(Entry entry) {
        Duration left = entry.softTtlLeft(clock.nanos());
        return left.compareTo(RefreshAhead.lead(entry.answer())) <= 0;
    }

    private boolean mayTry(CacheKey key, Entry entry) {
        if (entry.answer().policy().softTtl().compareTo(SOFT_TTL_MIN) < 0) {
            return false;
        }
        long now = clock.nanos();
        Attempt last = attempts.get(key);
        int fruitless = last == null || last.hasBrought(entry) ? 0 : last.fruitless();
        if (last != null && now - last.nanos() < pause.toNanos() << fruitless) {
            return false;
        }
        attempts.put(
                key,
                new Attempt(entry.answer().version(), Math.min(fruitless + 1, DOUBLINGS_MAX), now));
        return true;
    }
}
