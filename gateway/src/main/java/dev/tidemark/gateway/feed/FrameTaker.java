package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogFollower.Applied;
import dev.tidemark.common.tag.TagClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one connection's frames do to the follower. Not thread-safe. */
final class FrameTaker {

    private final Follower follower;
    private boolean refused;
    private boolean restored;
    private long newsNanos;

    /** The snapshot that is on its way, and the clock made of what came of it. */
    private FeedFrame.@Nullable SnapshotBegun begun;

    private @Nullable TagClock snapshot;

    /**
     * @param refused whether a snapshot was asked for since the log is not what the follower has
     * @param beganNanos when the connection began
     */
    FrameTaker(Follower follower, boolean refused, long beganNanos) {
        this.follower = follower;
        this.refused = refused;
        this.newsNanos = beganNanos;
    }

    /**
     * The frames do not fit what the follower has applied, or make no sense: it needs a snapshot.
     */
    static final class BrokenChainException extends RuntimeException {

        private static final long serialVersionUID = 1;

        BrokenChainException(String message) {
            super(message);
        }
    }

    void take(FeedFrame frame, long nowNanos) {
        if (!(frame instanceof FeedFrame.Advised)) {
            newsNanos = nowNanos;
        }
        switch (frame) {
            case FeedFrame.SnapshotBegun started -> {
                begun = started;
                snapshot = follower.newClock();
            }
            case FeedFrame.Slots slots -> collect(slots);
            case FeedFrame.SnapshotEnded() -> end();
            case FeedFrame.Appended(var record) -> {
                require(begun == null, "a record within a snapshot");
                require(
                        follower.apply(record) != Applied.REFUSED,
                        "the record at %s does not follow what is at %s"
                                .formatted(record.position(), follower.position()));
            }
            case FeedFrame.Advised(var advisory) -> follower.advise(advisory);
        }
    }

    private void collect(FeedFrame.Slots slots) {
        if (begun == null || snapshot == null) {
            throw new BrokenChainException("slots without a snapshot");
        }
        require(
                slots.first() + (long) slots.stamps().length <= begun.slots(),
                "slots beyond the snapshot's clock");
        for (int i = 0; i < slots.stamps().length; i++) {
            if (slots.stamps()[i] != 0) {
                snapshot.adopt(slots.first() + i, begun.slots(), slots.stamps()[i]);
            }
        }
    }

    private void end() {
        if (begun == null || snapshot == null) {
            throw new BrokenChainException("the end of a snapshot that did not begin");
        }
        follower.restore(begun.state(), snapshot, refused);
        restored = true;
        refused = false;
        begun = null;
        snapshot = null;
    }

    /** For how long nothing came of the log itself: advisories also say that the feed lives. */
    Duration sinceNews(long nowNanos) {
        return Duration.ofNanos(nowNanos - newsNanos);
    }

    /** Whether a snapshot has come. */
    boolean hasRestored() {
        return restored;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new BrokenChainException(otherwise);
        }
    }
}
