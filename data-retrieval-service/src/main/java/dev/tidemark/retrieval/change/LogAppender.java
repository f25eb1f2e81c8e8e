package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records to the log, in their order: one request at a time, with whatever is ready. While
 * the log is away it repeats the same request; what waits is bounded.
 */
final class LogAppender {

    private static final Logger log = LoggerFactory.getLogger(LogAppender.class);

    /** Of all that wait; eight of the largest records. */
    private static final int BYTES_MAX = 4 * LogCodec.BATCH_BYTES_MAX;

    private static final Duration PAUSE_MIN = Duration.ofMillis(20);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

    /** What became of a batch. */
    interface Listener {
        void appended(List<LogRecord> records, AppendOutcome.Appended outcome);
    }

    private record Waiting(LogRecord record, int bytes) {}

    private final LogClient client;
    private final Listener listener;
    private final SessionThreads session;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(4 * LogCodec.BATCH_MAX);
    private final Semaphore room = new Semaphore(BYTES_MAX);
    private @Nullable Waiting ahead;

    LogAppender(LogClient client, Listener listener, SessionThreads session) {
        this.client = client;
        this.listener = listener;
        this.session = session;
    }

    /**
     * Takes the next record, if there is or comes to be room.
     *
     * @return whether it was taken
     */
    boolean offer(LogRecord record, Duration atMost) throws InterruptedException {
        int bytes = bytes(record);
        if (!room.tryAcquire(bytes, atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (!queue.offer(new Waiting(record, bytes), atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            room.release(bytes);
            return false;
        }
        return true;
    }

    /** About the size of a record on the wire, and not below it. */
    private static int bytes(LogRecord record) {
        return record.content() instanceof Content.Changed(var change)
                ? 128 + (8 * change.tags().size())
                : 128;
    }

    /** Appends until the log refuses, or until the thread is interrupted. */
    void run() throws InterruptedException, SessionEndedException {
        while (true) {
            List<Waiting> batch = batch();
            List<LogRecord> records = batch.stream().map(Waiting::record).toList();
            switch (append(records)) {
                case AppendOutcome.Appended appended -> listener.appended(records, appended);
                case AppendOutcome.Refused refused ->
                        throw new SessionEndedException(
                                "the log has refused records: its last reader's term is "
                                        + refused.term()
                                        + ", its tail "
                                        + refused.tail().map(LogRecord::position));
            }
            room.release(batch.stream().mapToInt(Waiting::bytes).sum());
        }
    }

    private List<Waiting> batch() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        Waiting next = ahead == null ? queue.take() : ahead;
        ahead = null;
        int bytes = 0;
        while (next != null) {
            if (bytes > 0 && bytes + next.bytes() > LogCodec.BATCH_BYTES_MAX) {
                ahead = next;
                break;
            }
            batch.add(next);
            bytes += next.bytes();
            next = batch.size() < LogCodec.BATCH_MAX ? queue.poll() : null;
        }
        return batch;
    }

    private AppendOutcome append(List<LogRecord> records)
            throws InterruptedException, SessionEndedException {
        Duration pause = PAUSE_MIN;
        boolean failed = false;
        while (true) {
            try {
                AppendOutcome outcome = client.append(records);
                if (failed) {
                    log.info("The invalidation log is back");
                }
                return outcome;
            } catch (IOException e) {
                if (!failed) {
                    log.warn("The invalidation log is away, trying again: {}", e.getMessage());
                }
                failed = true;
            }
            session.pause(pause);
            pause =
                    pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0
                            ? pause.multipliedBy(2)
                            : PAUSE_MAX;
        }
    }
}
