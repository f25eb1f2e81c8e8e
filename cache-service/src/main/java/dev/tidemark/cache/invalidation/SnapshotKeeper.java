package dev.tidemark.cache.invalidation;

import static java.util.Objects.requireNonNull;

import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps a snapshot of the clock that is never far behind the log, so that an instance starts fast
 * and the log stays short. All instances take turns: whoever finds that it is time looks first
 * whether another has done it.
 */
final class SnapshotKeeper implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SnapshotKeeper.class);

    private static final Duration STEP_MAX = Duration.ofSeconds(1);

    private final SnapshotStore store;
    private final LogReplica replica;
    private final LogProperties properties;
    private final Map<SnapshotStore.Kept, Counter> counters =
            new EnumMap<>(SnapshotStore.Kept.class);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;

    // Of the keeping thread alone.
    private Optional<LogPosition> latest = Optional.empty();
    private long recordsThen;
    private @Nullable Long nanosThen;

    SnapshotKeeper(
            SnapshotStore store,
            LogReplica replica,
            LogProperties properties,
            MeterRegistry meters) {
        this.store = store;
        this.replica = replica;
        this.properties = properties;
        for (SnapshotStore.Kept kept : SnapshotStore.Kept.values()) {
            counters.put(
                    kept,
                    Counter.builder("tidemark.log.snapshots")
                            .description("Snapshots of the tag clock that were to be kept")
                            .tag("outcome", kept.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    @Override
    public void start() {
        running = true;
        Thread.ofVirtual().name("log-snapshots").start(this::run);
    }

    private void run() {
        Duration period = properties.snapshotPeriod();
        long stepMillis =
                (period.compareTo(STEP_MAX) < 0 ? period : STEP_MAX).dividedBy(2).toMillis();
        try {
            while (!stopped.await(Math.max(1, stepMillis), TimeUnit.MILLISECONDS)) {
                step(System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step(long nanos) {
        if (!replica.isReady() || !isDue(nanos)) {
            return;
        }
        try {
            LogFollower.Copy copy = replica.snapshot().copy();
            if (copy.state().position().equals(LogPosition.NONE) || isAnothersTurn(nanos)) {
                return;
            }
            ClockSnapshot snapshot = ClockSnapshot.of(copy);
            SnapshotStore.Kept kept = store.keep(snapshot, properties.recordsMin()).join();
            requireNonNull(counters.get(kept)).increment();
            if (kept == SnapshotStore.Kept.KEPT) {
                log.debug("A snapshot is kept at {}", snapshot.position());
            } else if (kept == SnapshotStore.Kept.DAMAGED) {
                log.warn("The snapshot at {} could not be read back", snapshot.position());
            }
            latest = Optional.of(snapshot.position());
            then(nanos);
        } catch (RuntimeException e) {
            if (e.getCause() instanceof LogUnavailableException) {
                // The log is longer for it, which harms nobody.
                log.debug("No snapshot could be kept", e);
            } else {
                log.error("No snapshot could be kept", e);
            }
        }
    }

    private boolean isDue(long nanos) {
        long records = replica.recordsApplied() - recordsThen;
        return records >= properties.snapshotRecords()
                || (records > 0
                        && (nanosThen == null
                                || nanos - nanosThen >= properties.snapshotPeriod().toNanos()));
    }

    /** Whether somebody has kept one since this instance last looked, which starts time anew. */
    private boolean isAnothersTurn(long nanos) {
        Optional<LogPosition> now = store.latest().join();
        boolean another = now.isPresent() && !now.equals(latest);
        if (another) {
            latest = now;
            then(nanos);
        }
        return another;
    }

    private void then(long nanos) {
        recordsThen = replica.recordsApplied();
        nanosThen = nanos;
    }

    @Override
    public void stop() {
        running = false;
        stopped.countDown();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
