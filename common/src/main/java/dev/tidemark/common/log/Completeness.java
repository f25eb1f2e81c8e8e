package dev.tidemark.common.log;

import java.time.Duration;

/**
 * What a node answers to whoever asks how stale it is.
 *
 * @param position whoever has applied the log up to here knows of everything that had committed
 *     {@code staleness} before the answer was given
 */
public record Completeness(LogPosition position, Duration staleness) {

    /** The staleness of a node that knows nothing: longer than any bound. */
    public static final Duration UNKNOWN = Duration.ofDays(36_500);
}
