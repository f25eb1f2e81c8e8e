package dev.tidemark.common.wire;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.tag.Lsn;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a read replica will do for a fetch, and how far behind the primary the one was that
 * answered: internal header fields, of which a service that does not know them takes no notice.
 * Without them the primary is meant.
 */
public final class ReplicaUse {

    private static final String WANTED = AnswerHeaders.INTERNAL_PREFIX + "Replica";
    private static final String BEHIND = AnswerHeaders.INTERNAL_PREFIX + "Behind";

    private ReplicaUse() {}

    /**
     * The request's field: a replica will do that has replayed the log up to there.
     *
     * @param replayed {@link Lsn#UNKNOWN} if any will do
     */
    public static HeaderField allowed(Lsn replayed) {
        return new HeaderField(WANTED, replayed.toString());
    }

    /** Reads the request's field back; empty if only the primary will do. */
    public static Optional<Lsn> allowed(RequestHeaders headers) {
        return headers.first(WANTED).flatMap(ReplicaUse::lsn);
    }

    private static Optional<Lsn> lsn(String text) {
        try {
            return Optional.of(Lsn.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The answer's field: it is a replica's.
     *
     * @param behind what had committed so long before it was read may be missing from it
     */
    public static HeaderField behind(Duration behind) {
        // Rounded up: it is a promise.
        return new HeaderField(BEHIND, Long.toString(behind.plusNanos(999_999).toMillis()));
    }

    /** Reads the answer's field back; empty if the primary answered. */
    public static Optional<Duration> behind(RequestHeaders headers) {
        return headers.first(BEHIND).map(ReplicaUse::millis);
    }

    /** What cannot be read is as far behind as can be. */
    private static Duration millis(String text) {
        try {
            return Duration.ofMillis(Math.max(0, Long.parseLong(text)));
        } catch (NumberFormatException e) {
            return Duration.ofDays(1);
        }
    }
}
