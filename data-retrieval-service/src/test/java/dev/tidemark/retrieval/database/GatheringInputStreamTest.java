package dev.tidemark.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatheringInputStreamTest {

    private static final int ROW_BYTES = 100;

    private long now = Long.MAX_VALUE - 1_000_000; // the clock may overflow
    private int pauses;
    private final Socket socket = new Socket();
    private final GatheringInputStream in =
            new GatheringInputStream(
                    socket,
                    () -> now,
                    nanos -> {
                        pauses++;
                        now += nanos;
                    });

    /** Into which a row comes every so often. */
    private final class Socket extends InputStream {
        private long begun = now;
        private int rowBytes = ROW_BYTES;
        private long rowNanos = 1_000_000;
        private long taken;

        private long come() {
            return (now - begun) / rowNanos * rowBytes;
        }

        @Override
        public int available() {
            return (int) Math.max(0, come() - taken);
        }

        @Override
        public int read() {
            throw new AssertionError("byte by byte");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            now += 1000;
            while (available() == 0) {
                now += 1000;
            }
            int read = Math.min(length, available());
            taken += read;
            return read;
        }
    }

    private final byte[] buffer = new byte[8192];

    private int reads(long nanos) throws IOException {
        int reads = 0;
        for (long until = now + nanos; now - until < 0; ) {
            assertThat(in.read(buffer, 0, buffer.length)).isPositive();
            reads++;
        }
        return reads;
    }

    @BeforeEach
    void begin() throws IOException {
        reads(GatheringInputStream.WINDOW_NANOS);
    }

    @Test
    void smallTransactions_areReadAtOnce() throws IOException {
        socket.rowNanos = 100_000;
        reads(1_000_000_000);
        assertThat(pauses).isZero();
    }

    @Test
    void bulk_isReadInLargePieces() throws IOException {
        socket.taken = (now - socket.begun) / 5_000 * ROW_BYTES;
        socket.rowNanos = 5_000;
        reads(2 * GatheringInputStream.WINDOW_NANOS);
        pauses = 0;
        assertThat(reads(100_000_000)).isLessThan(500);
        assertThat(pauses).isBetween(10, 25);
    }

    /** As over a network: a window of bytes, and a round trip later the next. */
    @Test
    void bulkThatIsHeldUpByItsReader_isNotSlowedDown() throws IOException {
        socket.taken = 0;
        socket.begun = now;
        socket.rowBytes = 65_536;
        socket.rowNanos = 1_000_000;
        reads(2 * GatheringInputStream.WINDOW_NANOS);
        pauses = 0;
        reads(100_000_000);
        assertThat(pauses).isZero();
    }

    @Test
    void silenceAfterBulk_endsIt() throws IOException {
        socket.taken = (now - socket.begun) / 5_000 * ROW_BYTES;
        socket.rowNanos = 5_000;
        reads(10 * GatheringInputStream.WINDOW_NANOS);
        socket.taken = (now - socket.begun) / 100_000_000 * ROW_BYTES;
        socket.rowNanos = 100_000_000;
        pauses = 0;
        reads(1_000_000_000);
        assertThat(pauses).isLessThanOrEqualTo(2);
    }

    @Test
    void singleBytes_areReadToo() throws IOException {
        assertThat(
                        new GatheringInputStream(InputStream.nullInputStream(), () -> now, _ -> {})
                                .read())
                .isEqualTo(-1);
    }
}
