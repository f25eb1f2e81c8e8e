package dev.tidemark.benchmarks.stage;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Tags;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A place on the way of a change where somebody looks when it comes by. One change at a time is
 * waited for.
 */
public abstract class Tap implements AutoCloseable {

    /** What a tap does until it is closed. */
    interface Following {
        void run() throws Exception;
    }

    private final String place;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile long awaitedHash;
    private volatile long seenNanos;
    private volatile boolean closed;

    Tap(String place) {
        this.place = place;
    }

    /** Where it looks, in a word or two. */
    public final String place() {
        return place;
    }

    final void start(Following following) {
        Thread.ofPlatform()
                .daemon()
                .name("tap " + place)
                .start(() -> {
                    try {
                        following.run();
                    } catch (Exception e) {
                        if (!closed) {
                            failure.compareAndSet(null, e);
                        }
                    }
                });
    }

    /** Waits for the next change of this tag from now on. */
    public final void expect(long tagHash) {
        seenNanos = 0;
        awaitedHash = tagHash;
    }

    /** When it came by, on the monotonic clock; empty if it has not. */
    public final OptionalLong seenNanos() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new MeasurementException(
                    "the tap %s failed: %s".formatted(place, failed), failed);
        }
        long seen = seenNanos;
        return seen == 0 ? OptionalLong.empty() : OptionalLong.of(seen);
    }

    final void passed(LogRecord record, long nowNanos) {
        if (record.content() instanceof Content.Changed(var change)) {
            Tags tags = change.tags();
            for (int i = 0; i < tags.size(); i++) {
                if (tags.hash(i) == awaitedHash) {
                    passed(nowNanos);
                }
            }
        }
    }

    final void passed(long nowNanos) {
        if (seenNanos == 0) {
            seenNanos = nowNanos;
        }
    }

    final boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
