package dev.tidemark.quickstart.process;

import java.io.IOException;

/** Runs a program that soon ends by itself. */
public final class Command {
    private Command() {}

    /** Returns its exit status. */
    public static int run(ProcessBuilder program) throws IOException {
        return awaitEnd(program.start());
    }

    /**
     * Not by {@link Process#onExit()}, which needs the common pool: its one thread may be the one
     * that is ending the JVM.
     */
    static int awaitEnd(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a program to end", e);
        }
    }
}
