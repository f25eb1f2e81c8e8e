package dev.tidemark.cache.feed;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.MalformedException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes of a feed what a gateway does. */
public final class FollowingGateway {

    public final LogFollower follower = new LogFollower(1 << 12);
    public final AtomicInteger snapshots = new AtomicInteger();
    public final List<LogRecord> records = new CopyOnWriteArrayList<>();
    public final List<Advisory> advisories = new CopyOnWriteArrayList<>();

    private FollowerState state = FollowerState.INITIAL;
    private TagClock clock = new TagClock(2);

    /** Follows in a thread of its own until the feed ends. */
    public Thread follow(InputStream feed) {
        return Thread.ofVirtual()
                .start(() -> {
                    try (DataInputStream in = new DataInputStream(feed)) {
                        while (true) {
                            frame(
                                    LogCodec.decodeFrame(
                                            ByteBuffer.wrap(in.readNBytes(in.readInt()))));
                        }
                    } catch (IOException e) {
                        // The feed has ended, or was closed.
                    } catch (MalformedException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private void frame(FeedFrame frame) {
        switch (frame) {
            case FeedFrame.SnapshotBegun begun -> {
                state = begun.state();
                clock = new TagClock(begun.slots());
            }
            case FeedFrame.Slots slots -> {
                for (int i = 0; i < slots.stamps().length; i++) {
                    clock.adopt(slots.first() + i, clock.slots(), slots.stamps()[i]);
                }
            }
            case FeedFrame.SnapshotEnded _ -> {
                follower.restore(new LogFollower.Copy(state, clock));
                snapshots.incrementAndGet();
            }
            case FeedFrame.Appended(LogRecord record) -> {
                if (follower.apply(record) != LogFollower.Applied.APPLIED) {
                    throw new AssertionError(record + " after " + follower.position());
                }
                records.add(record);
            }
            case FeedFrame.Advised(Advisory advisory) -> {
                follower.advise(advisory);
                if (advisory.change().tags().size() > 0) {
                    advisories.add(advisory);
                }
            }
        }
    }
}
