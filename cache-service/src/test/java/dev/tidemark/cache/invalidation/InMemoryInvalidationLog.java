package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A log with all the rules and no Redis; {@link InvalidationLogContract} holds it to them. */
public final class InMemoryInvalidationLog implements InvalidationLog, SnapshotStore {

    private final LongSupplier millis;
    private final List<EncodedRecord> records = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private Optional<ClockSnapshot> snapshot = Optional.empty();
    private long term;
    private boolean available = true;

    /**
     * @param millis since 1970
     */
    InMemoryInvalidationLog(LongSupplier millis) {
        this.millis = millis;
    }

    private static <T> CompletableFuture<T> unavailable() {
        return CompletableFuture.failedFuture(
                new LogUnavailableException("switched off", new IllegalStateException()));
    }

    synchronized void available(boolean available) {
        this.available = available;
    }

    @Override
    public synchronized CompletableFuture<LogOpened> open() {
        if (!available) {
            return unavailable();
        }
        long last = Math.max(term, tail().map(tail -> tail.position().term()).orElse(0L));
        term = Math.max(last + 1, millis.getAsLong());
        return CompletableFuture.completedFuture(new LogOpened(term, tail()));
    }

    private Optional<LogRecord> tail() {
        return records.isEmpty() ? Optional.empty() : Optional.of(records.getLast().record());
    }

    @Override
    public synchronized CompletableFuture<AppendOutcome> append(List<EncodedRecord> batch) {
        if (!available) {
            return unavailable();
        }
        LogPosition last = tail().map(LogRecord::position).orElse(LogPosition.NONE);
        long own = batch.getFirst().record().position().term();
        int known = 0;
        if (!batch.getFirst().record().predecessor().equals(last)) {
            while (known < batch.size() && records.contains(batch.get(known))) {
                known++;
            }
            if (known == 0
                    || (known < batch.size()
                            && !batch.get(known - 1).record().position().equals(last))) {
                return CompletableFuture.completedFuture(new AppendOutcome.Refused(term, tail()));
            }
        }
        if (own < term || !isChained(batch, own)) {
            return CompletableFuture.completedFuture(new AppendOutcome.Refused(term, tail()));
        }
        records.addAll(batch.subList(known, batch.size()));
        term = own;
        List<Runnable> woken = List.copyOf(waiting);
        waiting.clear();
        woken.forEach(Runnable::run);
        LogPosition tail = batch.getLast().record().position();
        return CompletableFuture.completedFuture(new AppendOutcome.Appended(tail, tail));
    }

    private static boolean isChained(List<EncodedRecord> batch, long term) {
        LogPosition last = batch.getFirst().record().predecessor();
        for (EncodedRecord encoded : batch) {
            LogRecord record = encoded.record();
            boolean follows =
                    record.predecessor().equals(last)
                            && record.position().isAfter(last)
                            && record.position().term() == term
                            && (!last.equals(LogPosition.NONE)
                                    || record.content() instanceof LogRecord.Content.Generation);
            if (!follows) {
                return false;
            }
            last = record.position();
        }
        return true;
    }

    @Override
    public synchronized CompletableFuture<LogRead> read(
            LogPosition after, int recordsMax, Duration patience) {
        if (!available) {
            return unavailable();
        }
        LogRead now = now(after, recordsMax);
        if (!now.equals(new LogRead.Continued(List.of()))) {
            return CompletableFuture.completedFuture(now);
        }
        CompletableFuture<LogRead> later = new CompletableFuture<>();
        waiting.add(() -> later.complete(now(after, recordsMax)));
        return later.completeOnTimeout(now, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized LogRead now(LogPosition after, int recordsMax) {
        List<EncodedRecord> next =
                records.stream()
                        .filter(record -> record.record().position().isAfter(after))
                        .limit(recordsMax)
                        .toList();
        boolean whole =
                next.isEmpty()
                        ? after.equals(LogPosition.NONE)
                                || records.stream()
                                        .anyMatch(r -> r.record().position().equals(after))
                        : next.getFirst().record().predecessor().equals(after);
        return whole ? new LogRead.Continued(next) : new LogRead.Broken("not there");
    }

    @Override
    public synchronized CompletableFuture<Optional<EncodedRecord>> first() {
        return available
                ? CompletableFuture.completedFuture(records.stream().findFirst())
                : unavailable();
    }

    @Override
    public synchronized CompletableFuture<Optional<LogPosition>> latest() {
        return CompletableFuture.completedFuture(snapshot.map(ClockSnapshot::position));
    }

    @Override
    public synchronized CompletableFuture<Optional<ClockSnapshot>> load() {
        return available ? CompletableFuture.completedFuture(snapshot) : unavailable();
    }

    @Override
    public synchronized CompletableFuture<Kept> keep(ClockSnapshot kept, int recordsMin) {
        if (records.stream().noneMatch(r -> r.record().position().equals(kept.position()))) {
            return CompletableFuture.completedFuture(Kept.DAMAGED);
        }
        snapshot = Optional.of(kept);
        while (records.size() > recordsMin
                && kept.position().isAfter(records.getFirst().record().position())) {
            records.removeFirst();
        }
        return CompletableFuture.completedFuture(Kept.KEPT);
    }

    /** As a failover may. */
    synchronized void loseTail(int count) {
        for (int i = 0; i < count; i++) {
            records.removeLast();
        }
    }

    synchronized void forgetSnapshot() {
        snapshot = Optional.empty();
    }

    /** As a Redis without a disk does when it is restarted. */
    synchronized void empty() {
        records.clear();
        snapshot = Optional.empty();
        term = 0;
    }
}
