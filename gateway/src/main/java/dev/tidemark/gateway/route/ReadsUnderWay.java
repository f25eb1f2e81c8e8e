package dev.tidemark.gateway.route;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The reads that wait on their connections for an answer, and the answers that clients are slow to
 * take. Whoever stops the gateway waits for them as long as for those that the web server knows of:
 * {@code spring.lifecycle.timeout-per-shutdown-phase}. Those who get an answer meanwhile are told
 * to ask elsewhere.
 */
final class ReadsUnderWay implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> whenNone = new AtomicReference<>();
    private volatile boolean running;
    private volatile boolean stopping;

    void begin() {
        reads.incrementAndGet();
    }

    void end() {
        if (reads.decrementAndGet() == 0) {
            tellIfNone();
        }
    }

    /** Whether whoever gets an answer had better ask the next elsewhere. */
    boolean isStopping() {
        return stopping;
    }

    private void tellIfNone() {
        if (reads.get() == 0) {
            Runnable stopped = whenNone.getAndSet(null);
            if (stopped != null) {
                stopped.run();
            }
        }
    }

    @Override
    public void start() {
        running = true;
        stopping = false;
    }

    /** Ahead of everything that stops. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        stopping = true;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        stopping = true;
        whenNone.set(callback);
        tellIfNone();
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** With the web server's own. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
