package dev.tidemark.retrieval.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Reads from a socket, and lets a bulk of data gather there for some milliseconds instead of
 * waiting for its every piece.
 *
 * <p>PostgreSQL sends each row of a transaction by itself. A reader that is faster wakes up for
 * each, which costs sender and reader more than the row does; while it pauses, the kernel puts rows
 * together. On a machine that is busy with the transaction the two fall behind, and what is left
 * when it commits delays whoever commits next.
 *
 * <p>Below the driver rather than in front of it, since there alone is it known whether anything
 * has come, with TLS too.
 */
final class GatheringInputStream extends FilterInputStream {

    static final long PAUSE_NANOS = 4_000_000;

    /** Over which the rate is measured. */
    static final long WINDOW_NANOS = 10_000_000;

    /**
     * In a window: 4 MB/s, far more than small transactions come to, whose changes do not wait
     * therefore; and a fifth of what PostgreSQL can send.
     */
    static final int BULK_BYTES = 40_000;

    /**
     * Whoever has sent so much without a break may be waiting for room at this end: another round
     * trip brings more, and a pause would only slow it down.
     */
    static final int BURST_BYTES_MAX = 32_768;

    private final LongSupplier nanoTime;
    private final LongConsumer pause;
    private long windowBegun;
    private long windowBytes;
    private boolean bulk;

    /** Since there was nothing to read. */
    private long burstBytes;

    /**
     * @param nanoTime a monotonic clock
     * @param pause waits for that many nanoseconds
     */
    GatheringInputStream(InputStream in, LongSupplier nanoTime, LongConsumer pause) {
        super(in);
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (bulk && in.available() == 0) {
            if (burstBytes < BURST_BYTES_MAX) {
                pause.accept(PAUSE_NANOS);
            }
            burstBytes = 0;
        }
        int read = super.read(bytes, offset, length);
        long now = nanoTime.getAsLong();
        if (now - windowBegun >= WINDOW_NANOS) {
            bulk = windowBytes >= BULK_BYTES && now - windowBegun < 2 * WINDOW_NANOS;
            windowBegun = now;
            windowBytes = 0;
        }
        windowBytes += read;
        burstBytes += read;
        return read;
    }
}
