package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.LogFollower.Applied;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.wire.MalformedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the log into the replica, without end. It starts from the latest snapshot, or without one
 * from the log's first generation; and again whenever the log does not go on from where it is.
 * While the log cannot be asked the replica stands still, which is safe.
 */
final class Following implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /** Also how late it is noticed at most that the log was emptied. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final int RECORDS_MAX = 512;

    /** What is read at once in about this many bytes, judged by the last records. */
    private static final long READ_BYTES = 8 << 20;

    private static final Duration RETRY_DELAY = Duration.ofMillis(100);
    private static final Duration RETRY_DELAY_MAX = Duration.ofSeconds(1);

    private final InvalidationLog source;
    private final SnapshotStore snapshots;
    private final LogReplica replica;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile boolean running;

    // Of the following thread alone.
    private LogPosition after = LogPosition.NONE;
    private boolean loaded;
    private boolean anchored;
    private boolean fromSnapshot;
    private LogPosition start = LogPosition.NONE;

    /** A snapshot from which the log does not go on, or that cannot be read. */
    private Optional<LogPosition> useless = Optional.empty();

    private int recordsMax = RECORDS_MAX / 8;
    private Duration delay = RETRY_DELAY;
    private long loadedNanos;
    private long lookedNanos = System.nanoTime();
    private long replayed;

    Following(InvalidationLog source, SnapshotStore snapshots, LogReplica replica) {
        this.source = source;
        this.snapshots = snapshots;
        this.replica = replica;
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("log-follower").start(this::run);
    }

    private void run() {
        try {
            while (running) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws InterruptedException {
        try {
            if (!loaded) {
                load();
                loaded = true;
            }
            switch (get(source.read(after, recordsMax, PATIENCE))) {
                case LogRead.Continued(List<EncodedRecord> records) -> applied(records);
                case LogRead.Broken(String reason) -> broken(reason);
            }
        } catch (ExecutionException e) {
            failed(e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) throws InterruptedException {
        if (failure instanceof LogUnavailableException) {
            log.debug("The log cannot be read", failure);
        } else if (running) {
            log.error("The log cannot be followed", failure);
        }
        pause();
    }

    private void load() throws InterruptedException, ExecutionException {
        long begun = System.nanoTime();
        fromSnapshot = restored();
        anchored = fromSnapshot;
        if (!fromSnapshot) {
            after =
                    get(source.first())
                            .map(first -> first.record().predecessor())
                            .orElse(LogPosition.NONE);
            replica.restart(after);
        }
        start = after;
        loadedNanos = System.nanoTime();
        replayed = 0;
        log.info(
                "Follows the log after {}, {} a snapshot, which took {} ms",
                after,
                fromSnapshot ? "with" : "without",
                millis(loadedNanos - begun));
    }

    private boolean restored() throws InterruptedException, ExecutionException {
        Optional<LogPosition> latest = get(snapshots.latest());
        if (latest.isEmpty() || latest.equals(useless)) {
            return false;
        }
        Optional<ClockSnapshot> snapshot = get(snapshots.load());
        if (snapshot.isPresent()) {
            try {
                replica.restore(snapshot.get().copy());
                after = snapshot.get().position();
                return true;
            } catch (MalformedException e) {
                log.warn("The snapshot at {} is damaged", snapshot.get().position(), e);
            }
        }
        useless = latest;
        return false;
    }

    private void applied(List<EncodedRecord> records)
            throws InterruptedException, ExecutionException {
        records.forEach(this::apply);
        lookForSnapshot();
        delay = RETRY_DELAY;
        if (!replica.isReady()) {
            replayed += records.size();
        }
        if (records.size() < recordsMax && !replica.isReady()) {
            replica.caughtUp();
            log.info(
                    "Knows the log up to {}: {} records in {} ms",
                    after,
                    replayed,
                    millis(System.nanoTime() - loadedNanos));
        }
        long bytes = records.stream().mapToLong(record -> record.bytes().length).sum();
        if (bytes > 0) {
            recordsMax = Math.clamp(READ_BYTES * records.size() / bytes, 1, RECORDS_MAX);
        }
    }

    /** Without a clock the log is of no use before its next generation: somebody may keep one. */
    private void lookForSnapshot() throws InterruptedException, ExecutionException {
        long now = System.nanoTime();
        if (anchored || now - lookedNanos < PATIENCE.toNanos()) {
            return;
        }
        lookedNanos = now;
        Optional<LogPosition> latest = get(snapshots.latest());
        loaded = latest.isEmpty() || latest.equals(useless);
    }

    private void apply(EncodedRecord encoded) {
        LogRecord record = encoded.record();
        after = record.position();
        if (!anchored) {
            // Everything that was told before the first generation is of no use without a clock.
            if (!(record.content() instanceof LogRecord.Content.Generation)) {
                return;
            }
            replica.restart(record.predecessor());
            anchored = true;
        }
        if (replica.apply(encoded) == Applied.REFUSED) {
            log.error("The log's record at {} cannot be true and is passed over", after);
            replica.passOver(record);
        }
    }

    private void broken(String reason) throws InterruptedException {
        log.warn("The log does not go on from {}: {}", after, reason);
        replica.close();
        // From the snapshot itself it does not go on either: the log has lost more than its end.
        if (fromSnapshot && after.equals(start)) {
            useless = Optional.of(start);
        }
        loaded = false;
        if (after.equals(start)) {
            pause();
        }
    }

    private void pause() throws InterruptedException {
        var _ = stopped.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(RETRY_DELAY_MAX) < 0 ? doubled : RETRY_DELAY_MAX;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
        return future.get();
    }

    @Override
    public void stop() {
        running = false;
        stopped.countDown();
        Thread last = thread;
        if (last != null) {
            last.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
