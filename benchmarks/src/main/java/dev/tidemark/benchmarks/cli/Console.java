package dev.tidemark.benchmarks.cli;

import dev.tidemark.quickstart.launch.Progress;
import java.io.PrintWriter;
import java.time.Duration;

/** Progress for a person at a terminal: how long since the start, and what is done now. */
final class Console implements Progress {

    private final PrintWriter out;
    private final long startNanos = System.nanoTime();

    Console(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void done(String what, String detail, Duration time) {
        notice("%s, %s, in %.1f s".formatted(what, detail, time.toMillis() / 1000.0));
    }

    @Override
    public synchronized void notice(String text) {
        out.printf("  %4d s  %s%n", (System.nanoTime() - startNanos) / 1_000_000_000, text);
        out.flush();
    }
}
