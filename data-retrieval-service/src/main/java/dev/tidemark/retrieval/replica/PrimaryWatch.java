package dev.tidemark.retrieval.replica;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.query.PrimaryFacts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What the primary has last said, and how far its log had come when: from that it is known how far
 * behind a replica is, as a duration on this machine's own clock.
 *
 * <p>One thread notes, any number may ask.
 */
final class PrimaryWatch {

    /** Who is further behind than that is of no use to anyone. */
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    private record Known(PrimaryFacts facts, long askedNanos) {}

    private final Duration validity;

    /** When the log's end was last seen there, of places as they were seen. */
    private final ConcurrentSkipListMap<Lsn, Long> seenNanos = new ConcurrentSkipListMap<>();

    private volatile @Nullable Known known;

    /**
     * @param validity for how long what the primary has said may be relied on
     */
    PrimaryWatch(Duration validity) {
        this.validity = validity;
    }

    /**
     * Notes what the primary says.
     *
     * @param facts empty if the log tells nothing of its run
     * @param askedNanos before it was asked
     */
    void note(Optional<PrimaryFacts> facts, long askedNanos) {
        if (facts.isEmpty()) {
            known = null;
            seenNanos.clear();
            return;
        }
        PrimaryFacts now = facts.get();
        Known before = known;
        if (before != null && before.facts().incarnation() != now.incarnation()) {
            // Places of another history.
            seenNanos.clear();
        }
        seenNanos.put(now.written(), askedNanos);
        seenNanos
                .headMap(now.written())
                .values()
                .removeIf(nanos -> askedNanos - nanos > REMEMBERED.toNanos());
        known = new Known(now, askedNanos);
    }

    /** What it has said, if that is not too long ago. */
    Optional<PrimaryFacts> facts(long nowNanos) {
        Known now = known;
        return now != null && nowNanos - now.askedNanos() <= validity.toNanos()
                ? Optional.of(now.facts())
                : Optional.empty();
    }

    /**
     * How long ago all that a replica shows was all there was; empty if that was before anything
     * was noted.
     */
    Optional<Duration> behind(Lsn replayed, long nowNanos) {
        Map.Entry<Lsn, Long> last = seenNanos.floorEntry(replayed);
        return last == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, nowNanos - last.getValue())));
    }
}
