package dev.tidemark.cache.hot;

import dev.tidemark.common.hot.HotKeys;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/** Ends the windows in which hot keys are counted. */
final class HotWindows implements SmartLifecycle {

    private final HotKeys keys;
    private final CopyingEntryStore copies;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("hot-keys").factory());

    private volatile boolean running;

    HotWindows(HotKeys keys, CopyingEntryStore copies) {
        this.keys = keys;
        this.copies = copies;
    }

    @Override
    public void start() {
        running = true;
        long millis = HotKeys.WINDOW.toMillis();
        var _ = thread.scheduleAtFixedRate(this::turn, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void turn() {
        keys.turn();
        copies.sweep();
    }

    @Override
    public void stop() {
        running = false;
        thread.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
