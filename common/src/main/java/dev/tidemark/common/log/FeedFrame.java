package dev.tidemark.common.log;

/**
 * What a node that follows another is sent: a snapshot of the clock if what it has is too old, then
 * records without end, and advisories between them.
 */
public sealed interface FeedFrame {

    /** The most slots in one frame. */
    int SLOTS_MAX = 1 << 14;

    /**
     * From here to {@link SnapshotEnded}: a clock that includes at least everything up to the
     * state's position. Slots that are not sent are 0.
     *
     * @param slots the size of the clock
     */
    record SnapshotBegun(FollowerState state, int slots) implements FeedFrame {}

    /** Slots of the snapshot's clock in sequence; at most {@link #SLOTS_MAX}. */
    @SuppressWarnings("ArrayRecordComponent") // large, and read once
    record Slots(int first, long[] stamps) implements FeedFrame {}

    record SnapshotEnded() implements FeedFrame {}

    record Appended(LogRecord record) implements FeedFrame {}

    record Advised(Advisory advisory) implements FeedFrame {}
}
