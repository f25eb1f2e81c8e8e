package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A follower's state and clock as bytes: the frames that a feed sends, in chunks.
 *
 * @param position of the state
 * @param chunks whole frames each; about half a megabyte at most
 */
@SuppressWarnings("ArrayRecordComponent") // large, and read once
public record ClockSnapshot(LogPosition position, List<byte[]> chunks) {

    private static final int CHUNK_BYTES = 1 << 19;

    /** Slots that are sent or left out together. */
    private static final int RUN = 1 << 12;

    public ClockSnapshot {
        chunks = List.copyOf(chunks);
    }

    /** Takes what a frame's bytes are to become. */
    public interface FrameSink {
        void frame(byte[] frame) throws IOException;
    }

    /**
     * The frames of a copy, in order. The clock may be live: what it learns meanwhile may be in
     * them or not.
     */
    public static void frames(LogFollower.Copy copy, FrameSink sink) throws IOException {
        TagClock clock = copy.clock();
        sink.frame(LogCodec.encodeFrame(new FeedFrame.SnapshotBegun(copy.state(), clock.slots())));
        int run = Math.min(RUN, clock.slots());
        for (int first = 0; first < clock.slots(); first += run) {
            long[] stamps = new long[run];
            long any = 0;
            for (int i = 0; i < run; i++) {
                stamps[i] = clock.stamp(first + i);
                any |= stamps[i];
            }
            if (any != 0) {
                sink.frame(LogCodec.encodeFrame(new FeedFrame.Slots(first, stamps)));
            }
        }
        sink.frame(LogCodec.encodeFrame(new FeedFrame.SnapshotEnded()));
    }

    public static ClockSnapshot of(LogFollower.Copy copy) {
        List<byte[]> chunks = new ArrayList<>();
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        try {
            frames(
                    copy,
                    frame -> {
                        if (chunk.size() > 0 && chunk.size() + frame.length > CHUNK_BYTES) {
                            chunks.add(chunk.toByteArray());
                            chunk.reset();
                        }
                        chunk.write(frame);
                    });
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        chunks.add(chunk.toByteArray());
        return new ClockSnapshot(copy.state().position(), chunks);
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @throws MalformedException if it is not whole
     */
    public LogFollower.Copy copy() throws MalformedException {
        FollowerState state = null;
        TagClock clock = null;
        boolean ended = false;
        for (byte[] chunk : chunks) {
            ByteBuffer in = ByteBuffer.wrap(chunk);
            while (in.hasRemaining()) {
                switch (LogCodec.decodeFrame(next(in))) {
                    case FeedFrame.SnapshotBegun begun -> {
                        state = begun.state();
                        clock = new TagClock(begun.slots());
                    }
                    case FeedFrame.Slots slots -> adopt(clock, slots);
                    case FeedFrame.SnapshotEnded _ -> ended = true;
                    case FeedFrame.Appended _, FeedFrame.Advised _ ->
                            throw new MalformedException("a record in a snapshot");
                }
            }
        }
        if (state == null || clock == null || !ended) {
            throw new MalformedException("a snapshot that is not whole");
        }
        return new LogFollower.Copy(state, clock);
    }

    private static ByteBuffer next(ByteBuffer in) throws MalformedException {
        int length = in.remaining() < 4 ? -1 : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedException("a frame of " + length + " bytes");
        }
        ByteBuffer frame = in.slice(in.position(), length);
        in.position(in.position() + length);
        return frame;
    }

    private static void adopt(@Nullable TagClock clock, FeedFrame.Slots slots)
            throws MalformedException {
        if (clock == null || slots.first() + slots.stamps().length > clock.slots()) {
            throw new MalformedException("slots from " + slots.first());
        }
        for (int i = 0; i < slots.stamps().length; i++) {
            clock.adopt(slots.first() + i, clock.slots(), slots.stamps()[i]);
        }
    }
}
