package dev.tidemark.cache.feed;

import dev.tidemark.cache.http.ProblemException;
import dev.tidemark.cache.invalidation.ClockSnapshot;
import dev.tidemark.cache.invalidation.LogReplica;
import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.SmartLifecycle;

/**
 * Sends what this instance knows of the log to those who follow it, each at its own pace: whoever
 * falls behind what is kept in memory is sent a snapshot instead.
 */
final class Feed implements SmartLifecycle {

    /** A slow follower holds about this much. */
    private static final int BATCH_BYTES = 256 * 1024;

    /** Also how long it takes at most to notice that a follower has gone while the log is idle. */
    private static final Duration KEEPALIVE_PERIOD = Duration.ofMillis(500);

    /** An advisory that concerns nothing. */
    private static final byte[] KEEPALIVE =
            LogCodec.encodeFrame(
                    new FeedFrame.Advised(
                            new Advisory(DatabaseIdentity.UNKNOWN, new Change(0, Tags.NONE))));

    private final LogReplica replica;
    private final AtomicInteger clients = new AtomicInteger();
    private final Counter snapshots;
    private volatile boolean running;

    Feed(LogReplica replica, MeterRegistry meters) {
        this.replica = replica;
        Gauge.builder("tidemark.feed.clients", clients, AtomicInteger::get)
                .description("Gateways that follow this instance")
                .register(meters);
        snapshots =
                Counter.builder("tidemark.feed.snapshots")
                        .description("Snapshots that were sent to those too far behind for records")
                        .register(meters);
    }

    /** A 503 while there is nothing to follow: other instances may be better off. */
    void requireReady() {
        if (!running || !replica.isReady()) {
            throw new ProblemException(
                    Problem.of(ProblemType.OVERLOADED, "This instance does not know the log yet"));
        }
    }

    /** Returns when the service stops; fails when the follower has gone. */
    void stream(Optional<LogPosition> after, OutputStream out) throws IOException {
        clients.incrementAndGet();
        try {
            stream(after.map(replica::after).orElse(OptionalLong.empty()), out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while a feed waited");
        } finally {
            clients.decrementAndGet();
        }
    }

    private void stream(OptionalLong start, OutputStream out)
            throws IOException, InterruptedException {
        OptionalLong next = start;
        // The head of the response goes out at once.
        out.flush();
        while (running) {
            if (next.isEmpty()) {
                if (replica.awaitReady(KEEPALIVE_PERIOD)) {
                    next = OptionalLong.of(sendSnapshot(out));
                } else {
                    out.write(KEEPALIVE);
                }
            } else {
                next = sendFrames(next.getAsLong(), out);
            }
            out.flush();
        }
    }

    private long sendSnapshot(OutputStream out) throws IOException {
        LogReplica.Snapshot snapshot = replica.snapshot();
        ClockSnapshot.frames(snapshot.copy(), out::write);
        snapshots.increment();
        return snapshot.next();
    }

    private OptionalLong sendFrames(long number, OutputStream out)
            throws IOException, InterruptedException {
        Optional<List<byte[]>> frames = replica.frames(number, BATCH_BYTES, KEEPALIVE_PERIOD);
        if (frames.isEmpty()) {
            return OptionalLong.empty();
        }
        for (byte[] frame : frames.get()) {
            out.write(frame);
        }
        if (frames.get().isEmpty()) {
            out.write(KEEPALIVE);
        }
        return OptionalLong.of(number + frames.get().size());
    }

    @Override
    public void start() {
        running = true;
    }

    /** Ends all responses, so that a graceful shutdown does not wait for them. */
    @Override
    public void stop() {
        running = false;
        replica.wake();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
