package dev.tidemark.gateway.check;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.gateway.feed.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer was served that the database no longer gave: all that the rule was decided by.
 *
 * @param at when they were compared, by this machine's clock
 * @param window how long after it was served
 * @param request the canonical request
 * @param key the cache key
 * @param served what was served
 * @param fetched what the database says
 * @param servedMillisAgo when it was served
 * @param ageMillisWhenServed how old it was then
 * @param logPosition the last record that this node has applied
 * @param logXid the highest transaction id that the log has told to be assigned
 * @param floor what versions must be above
 * @param tags what it depends on, and what the clock says of that: below the version served, all of
 *     them, or it would not have been valid
 */
record Trace(
        Instant at,
        String window,
        String outcome,
        String request,
        String key,
        Compared served,
        Compared fetched,
        long servedMillisAgo,
        long ageMillisWhenServed,
        String logPosition,
        long logXid,
        long floor,
        List<TagReading> tags) {

    /** One of the two answers. */
    record Compared(
            int status,
            long version,
            String seenLsn,
            String etag,
            String contentRange,
            int bodyBytes) {

        static Compared of(Answer answer) {
            return new Compared(
                    answer.status(),
                    answer.version().xmin(),
                    answer.seenLsn().toString(),
                    answer.header("ETag").orElse(""),
                    answer.header("Content-Range").orElse(""),
                    answer.identityBytes());
        }
    }

    /**
     * A tag and its slot of the clock.
     *
     * @param name absent where it cannot be guessed from the request
     */
    record TagReading(String hash, @Nullable String name, int slot, long stamp) {}

    /**
     * Explains a sample.
     *
     * @param names the names that some of its tags may have, by their hashes
     */
    @SuppressWarnings("TooManyParameters")
    static Trace of(
            Instant at,
            Duration window,
            Outcome outcome,
            Sample sample,
            Answer fetched,
            ClockReading clock,
            Map<Long, String> names,
            long nowNanos) {
        return new Trace(
                at,
                CheckMeters.text(window),
                outcome.word(),
                sample.request().text().strip(),
                sample.key().toString(),
                Compared.of(sample.entry().answer()),
                Compared.of(fetched),
                Duration.ofNanos(nowNanos - sample.servedNanos()).toMillis(),
                sample.entry().age(sample.servedNanos()).toMillis(),
                clock.position().toString(),
                clock.xid(),
                clock.floor(),
                clock.slots().stream()
                        .map(slot ->
                                new TagReading(
                                        Long.toHexString(slot.tagHash()),
                                        names.get(slot.tagHash()),
                                        slot.index(),
                                        slot.stamp()))
                        .toList());
    }

    Trace with(Outcome other) {
        return new Trace(
                at,
                window,
                other.word(),
                request,
                key,
                served,
                fetched,
                servedMillisAgo,
                ageMillisWhenServed,
                logPosition,
                logXid,
                floor,
                tags);
    }
}
