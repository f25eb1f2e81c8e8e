package dev.tidemark.retrieval.database;

import java.time.Duration;

/**
 * The moment after which an answer is of no use.
 *
 * @param nanoTime in terms of {@link System#nanoTime()}
 */
public record Deadline(long nanoTime) {

    public static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** What is left; negative when it is over. */
    public Duration left() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }

    /** This deadline or the end of the given time from now, whichever comes first. */
    public Deadline within(Duration timeout) {
        Deadline other = after(timeout);
        return other.nanoTime - nanoTime < 0 ? other : this;
    }
}
