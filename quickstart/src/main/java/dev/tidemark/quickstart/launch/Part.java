package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of the suite that is one process. When it ends by itself, that is said with the last lines
 * of its log, and it is started again after a pause that doubles each time, until it has run for a
 * while.
 *
 * <p>States: starting (an end is for {@link #awaitFirstReady()} to tell), wanted (the process runs,
 * or will be started again), held down by {@link #holdDown()}, stopped for good. Only the exit of
 * the current process of a wanted part leads to a restart, so a late notice of an earlier process's
 * end changes nothing.
 */
public final class Part {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** After this long a part counts as sound again. */
    private static final Duration SOUND_AFTER = Duration.ofSeconds(60);

    /** A starting JVM needs the processor more than whoever asks it over HTTP. */
    private static final Duration READY_PAUSE = Duration.ofMillis(100);

    private static final int TAIL_LINES = 10;
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private enum State {
        STARTING,
        WANTED,
        HELD_DOWN,
        STOPPED
    }

    private final String name;
    private final Supplier<ChildProcess> launcher;
    private final BooleanSupplier readiness;
    private final Duration readyTimeout;
    private final Consumer<String> messages;

    private State state = State.STARTING;
    private ChildProcess process;
    private long startedNanos;
    private boolean launching;
    private int deaths;
    private @Nullable ChildProcess lastDead;

    /**
     * Takes over a process.
     *
     * @param launcher starts it once more
     * @param readiness asked until it is true, about the current process
     */
    Part(
            String name,
            ChildProcess process,
            Supplier<ChildProcess> launcher,
            BooleanSupplier readiness,
            Duration readyTimeout,
            Consumer<String> messages) {
        this.name = name;
        this.process = process;
        this.launcher = launcher;
        this.readiness = readiness;
        this.readyTimeout = readyTimeout;
        this.messages = messages;
        watch(process);
    }

    public String name() {
        return name;
    }

    /** The id of the process that runs now, or that ran last. */
    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isRunning() {
        return process.isAlive();
    }

    public synchronized Path log() {
        return process.log();
    }

    /** Whether it does its work now. */
    public boolean isReady() {
        return isRunning() && readiness.getAsBoolean();
    }

    /** Waits until it does its work; for longer than usual if it has to be started again first. */
    public void awaitReady() {
        if (!Await.until(readyTimeout, READY_PAUSE, this::isReady)) {
            throw new StartException(
                    "%s was not ready in %d s%s"
                            .formatted(name, readyTimeout.toSeconds(), tail(current())));
        }
    }

    /** Waits for the first start, which fails as soon as the process ends. */
    void awaitFirstReady() {
        Await.until(readyTimeout, READY_PAUSE, () -> !isRunning() || isReady());
        if (!isReady()) {
            ChildProcess failed = current();
            boolean ended = !failed.isAlive();
            stop(Duration.ZERO);
            throw new StartException(
                    "%s %s%s"
                            .formatted(
                                    name,
                                    ended
                                            ? "ended at start (status " + failed.exitStatus() + ")"
                                            : "was not ready in " + readyTimeout.toSeconds() + " s",
                                    tail(failed)));
        }
        supervise();
    }

    /** From now on it is started again when it ends. */
    void supervise() {
        ChildProcess started;
        synchronized (this) {
            if (state == State.STARTING) {
                state = State.WANTED;
            }
            started = process;
        }
        if (!started.isAlive()) {
            ended(started);
        }
    }

    /**
     * Ends the process as {@code kill -9} does; it will be started again like after any other
     * death.
     */
    public void kill() {
        current().kill();
    }

    /** Ends the process as {@code kill -9} does, and leaves it so until {@link #start()}. */
    public void holdDown() {
        synchronized (this) {
            if (state == State.STOPPED) {
                return;
            }
            state = State.HELD_DOWN;
            // Its end may be noticed only after it has been started again.
            lastDead = process;
        }
        current().kill();
    }

    /** Starts what was held down; see {@link #awaitReady()}. */
    public void start() {
        synchronized (this) {
            if (state != State.HELD_DOWN) {
                return;
            }
            state = State.WANTED;
        }
        launch();
    }

    /** Stops it for good: asks first, kills when the time is over. */
    void stop(Duration grace) {
        synchronized (this) {
            state = State.STOPPED;
        }
        current().stop(grace);
    }

    private synchronized ChildProcess current() {
        return process;
    }

    private void watch(ChildProcess started) {
        synchronized (this) {
            process = started;
            startedNanos = System.nanoTime();
        }
        var _ = started.onExit().thenAcceptAsync(this::ended, THREADS);
    }

    private void ended(ChildProcess dead) {
        Duration pause;
        synchronized (this) {
            if (state != State.WANTED || dead != process || dead == lastDead) {
                return;
            }
            lastDead = dead;
            deaths = System.nanoTime() - startedNanos > SOUND_AFTER.toNanos() ? 1 : deaths + 1;
            pause = pause(deaths);
        }
        messages.accept(
                "%s ended (status %d); starting it again in %s%s"
                        .formatted(name, dead.exitStatus(), seconds(pause), tail(dead)));
        launchAfter(pause);
    }

    private void launchAfter(Duration pause) {
        Executor later =
                CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, THREADS);
        later.execute(this::launch);
    }

    private void launch() {
        synchronized (this) {
            if (state != State.WANTED || process.isAlive() || launching) {
                return;
            }
            launching = true;
        }
        long start = System.nanoTime();
        try {
            ChildProcess started = launchOnce();
            boolean ready =
                    Await.until(
                            readyTimeout,
                            READY_PAUSE,
                            () -> !started.isAlive() || readiness.getAsBoolean());
            if (ready && started.isAlive()) {
                messages.accept(
                        "%s is ready again after %s"
                                .formatted(
                                        name,
                                        seconds(Duration.ofNanos(System.nanoTime() - start))));
            }
        } catch (RuntimeException e) {
            Duration pause;
            synchronized (this) {
                pause = pause(++deaths);
            }
            messages.accept(
                    "%s could not be started (%s); trying again in %s"
                            .formatted(name, e.getMessage(), seconds(pause)));
            launchAfter(pause);
        }
    }

    private ChildProcess launchOnce() {
        try {
            ChildProcess started = launcher.get();
            watch(started);
            return started;
        } finally {
            synchronized (this) {
                launching = false;
            }
        }
    }

    static Duration pause(int deaths) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.clamp(deaths - 1, 0, 20));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private static String seconds(Duration time) {
        return "%.1f s".formatted(time.toMillis() / 1000.0);
    }

    private static String tail(ChildProcess process) {
        List<String> lines =
                process.logTail(TAIL_LINES * 20).stream()
                        // Frames of a stack say less to a user than the messages between them.
                        .filter(line ->
                                !line.isBlank()
                                        && !line.matches(
                                                "\\s+(at .*|\\.\\.\\. \\d+ (more|common frames omitted))"))
                        .toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
        return last.isEmpty() ? "" : "\n    " + String.join("\n    ", last);
    }

    @Override
    public String toString() {
        return name;
    }
}
