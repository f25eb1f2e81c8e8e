package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.pgoutput.MalformedPgOutputException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Captures changes for as long as the service runs: one session after another. */
final class ChangeCapture implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ChangeCapture.class);

    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    /** While something is missing that a person must put right. */
    private static final Duration UNAVAILABLE_PAUSE_MAX = Duration.ofSeconds(10);

    /** With the pauses between them three seconds. */
    private static final int UNAVAILABLE_ATTEMPTS = 5;

    /** A session that lived longer was no vain attempt. */
    private static final Duration GOOD_SESSION = Duration.ofSeconds(5);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final ChangeProperties properties;
    private final CacheProperties cache;
    private final DirectConnections connections;
    private final FollowedTables tables;
    private final ReplicationSlot slot;
    private final CaptureMetrics metrics;

    private volatile Optional<CaptureSession> session = Optional.empty();
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private @Nullable Thread thread;

    private UnavailableException.@Nullable Reason unavailable;
    private boolean unavailableTold;
    private int attempts;
    private @Nullable String lastFailure;
    private boolean malformedBefore;

    ChangeCapture(
            ChangeProperties properties,
            CacheProperties cache,
            DirectConnections connections,
            FollowedTables tables,
            MeterRegistry meters) {
        this.properties = properties;
        this.cache = cache;
        this.connections = connections;
        this.tables = tables;
        this.slot = new ReplicationSlot(properties);
        this.metrics = new CaptureMetrics(meters, () -> session);
    }

    /** How complete the log is; empty unless this instance holds the slot. */
    Optional<Completeness> completeness() {
        return session.flatMap(CaptureSession::completeness);
    }

    /** Has a heartbeat sent at once; false unless this instance holds the slot. */
    boolean demandHeartbeat() {
        return session.filter(CaptureSession::demandHeartbeat).isPresent();
    }

    private void captureAgainAndAgain(CountDownLatch over) {
        try (HttpLog client = new HttpLog(cache.addresses())) {
            while (!over.await(0, TimeUnit.SECONDS)) {
                Duration pause = attempt(client, over);
                if (over.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs one session; how long to wait before the next. */
    private Duration attempt(LogClient client, CountDownLatch over) throws InterruptedException {
        CaptureSession next =
                new CaptureSession(properties, connections, slot, client, tables, metrics);
        session = Optional.of(next);
        if (over.getCount() == 0) {
            next.stop(); // too early for stop() to have seen it
        }
        long begun = System.nanoTime();
        try {
            next.run();
            throw new AssertionError("a session ends by an exception");
        } catch (UnavailableException e) {
            return unavailable(e);
        } catch (SessionEndedException
                | MalformedPgOutputException
                | SQLException
                | RuntimeException e) {
            if (System.nanoTime() - begun > GOOD_SESSION.toNanos()) {
                attempts = 0;
            }
            return failed(e, over);
        } finally {
            session = Optional.empty();
        }
    }

    private Duration unavailable(UnavailableException e) {
        if (unavailable != e.reason()) {
            unavailable = e.reason();
            unavailableTold = false;
            attempts = 0;
        }
        // At the start, the schema may be in the making.
        if (!unavailableTold && attempts >= UNAVAILABLE_ATTEMPTS) {
            unavailableTold = true;
            log.warn(
                    "Changes are not captured, cached answers live by time only: {}",
                    e.getMessage());
        }
        return pause(UNAVAILABLE_PAUSE_MAX);
    }

    private Duration failed(Exception e, CountDownLatch over) {
        if (over.getCount() == 0) {
            return Duration.ZERO;
        }
        unavailable = null;
        metrics.reconnected();
        String failure = e.getClass().getSimpleName() + ": " + e.getMessage();
        if (!failure.equals(lastFailure)) {
            log.warn("Capturing changes failed, beginning again: {}", failure);
            log.debug("The failure", e);
        }
        lastFailure = failure;
        leaveUnreadable(e);
        return pause(PAUSE_MAX);
    }

    /**
     * What cannot be read now cannot be read next time either: then the slot is given up, which
     * makes everything cached invalid, instead of trying for ever. A single time may be the
     * connection's fault.
     */
    private void leaveUnreadable(Exception e) {
        boolean malformed =
                e instanceof MalformedPgOutputException
                        // The publication did not exist at the time that is decoded.
                        || (e instanceof SQLException sql && "42704".equals(sql.getSQLState()));
        if (malformed && malformedBefore) {
            log.error(
                    "The replication slot '{}' cannot be read and is made anew",
                    properties.slot(),
                    e);
            try (var connection =
                    connections.open("tidemark change", CaptureDatabase.SILENCE_MAX)) {
                slot.drop(connection);
            } catch (SQLException dropFailure) {
                log.warn("The replication slot cannot be dropped: {}", dropFailure.getMessage());
            }
        }
        malformedBefore = malformed;
    }

    private Duration pause(Duration atMost) {
        Duration pause = PAUSE_MIN.multipliedBy(1L << Math.min(attempts, 10));
        attempts++;
        return pause.compareTo(atMost) < 0 ? pause : atMost;
    }

    @Override
    public void start() {
        if (!properties.enabled() || cache.addresses().isEmpty()) {
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        stopped = over;
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("tidemark-change")
                        .start(() -> captureAgainAndAgain(over));
    }

    @Override
    public void stop() {
        stopped.countDown();
        session.ifPresent(CaptureSession::stop);
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            if (!running.join(STOP_TIMEOUT)) {
                running.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
