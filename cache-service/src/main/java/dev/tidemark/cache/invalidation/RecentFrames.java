package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.LogPosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The last frames that a feed sends on, numbered without end, within bounds of number and bytes.
 * Not safe for use by many threads.
 */
final class RecentFrames {

    @SuppressWarnings("ArrayRecordComponent") // shared, never changed
    private record Item(byte[] frame, @Nullable LogPosition position) {}

    private final @Nullable Item[] items;
    private final long bytesMax;

    /** Whoever is there goes on with the oldest frame. */
    private LogPosition start = LogPosition.NONE;

    private long first;
    private long next;
    private long bytes;

    RecentFrames(int framesMax, long bytesMax) {
        this.items = new Item[framesMax];
        this.bytesMax = bytesMax;
        clear(LogPosition.NONE);
    }

    /** Forgets everything: who has read up to any number before goes on nowhere. */
    void clear(LogPosition start) {
        Arrays.fill(items, null);
        this.start = start;
        bytes = 0;
        next++;
        first = next;
    }

    /**
     * @param position of the record in the frame; empty if it is not a record's
     */
    void add(byte[] frame, Optional<LogPosition> position) {
        if (next - first == items.length) {
            evict();
        }
        items[index(next)] = new Item(frame, position.orElse(null));
        next++;
        bytes += frame.length;
        // The newest stays, however large.
        while (bytes > bytesMax && next - first > 1) {
            evict();
        }
    }

    private void evict() {
        Item item = items[index(first)];
        items[index(first)] = null;
        first++;
        if (item == null) {
            return;
        }
        bytes -= item.frame().length;
        if (item.position() != null) {
            start = item.position();
        }
    }

    private int index(long number) {
        return (int) (number % items.length);
    }

    /** Where to go on from a place; empty if what follows it is not all here. */
    OptionalLong after(LogPosition position) {
        // Newest first, where those are who were cut off a moment ago.
        for (long number = next; number > first; number--) {
            Item item = items[index(number - 1)];
            if (item != null && position.equals(item.position())) {
                return OptionalLong.of(number);
            }
        }
        return position.equals(start) ? OptionalLong.of(first) : OptionalLong.empty();
    }

    /** The number of the next frame that is added. */
    long next() {
        return next;
    }

    boolean has(long number) {
        return number >= first;
    }

    /** Frames from a number on that {@link #has}, at least one if there is one. */
    List<byte[]> from(long number, int bytesMax) {
        List<byte[]> frames = new ArrayList<>();
        int size = 0;
        for (long n = number; n < next && size < bytesMax; n++) {
            Item item = items[index(n)];
            if (item != null) {
                frames.add(item.frame());
                size += item.frame().length;
            }
        }
        return frames;
    }
}
