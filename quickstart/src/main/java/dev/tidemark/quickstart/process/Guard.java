package dev.tidemark.quickstart.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends this JVM's child processes and deletes its temporary folder when the JVM ends, even by
 * {@code kill -9}.
 *
 * <p>A shell holds the other end of a pipe. After each change it is told the full list of children,
 * one line at a time; when the JVM is gone the pipe closes, and the shell sends each child of the
 * last complete line its signal, waits, kills what is left and deletes the folder. A plain POSIX
 * shell is everywhere the suite runs; the ways of the kernel (parent-death signals, subreapers)
 * exist on Linux only.
 */
public final class Guard {
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP
            last=
            while IFS= read -r line; do last=$line; done
            for child in $last; do kill -"${child%%:*}" "${child#*:}" 2>/dev/null; done
            tries=0
            while [ $tries -lt 100 ]; do
              alive=
              for child in $last; do kill -0 "${child#*:}" 2>/dev/null && alive=yes; done
              [ -z "$alive" ] && break
              sleep 0.1
              tries=$((tries + 1))
            done
            for child in $last; do kill -KILL "${child#*:}" 2>/dev/null; done
            rm -rf -- "$1"
            """;

    private static final class Holder {
        static final Guard GUARD = new Guard();
    }

    private final Path folder;
    private final Process shell;
    private final OutputStream pipe;
    private final Map<Long, StopSignal> children = new TreeMap<>();
    private boolean released;
    private final AtomicInteger folders = new AtomicInteger();
    private final Deque<Runnable> endings = new ConcurrentLinkedDeque<>();

    private Guard() {
        try {
            folder = Files.createTempDirectory("tidemark-").toRealPath();
            shell =
                    new ProcessBuilder("/bin/sh", "-c", SCRIPT, "tidemark-guard", folder.toString())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            pipe = shell.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("tidemark-guard").unstarted(this::release));
    }

    /** The guard of this JVM. */
    public static Guard ofThisJvm() {
        return Holder.GUARD;
    }

    /** A new empty folder that is deleted with the JVM at the latest. */
    public Path newFolder(String name) {
        try {
            return Files.createDirectory(folder.resolve(name + "-" + folders.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs something when the JVM ends in an orderly way, before any child is told to end; the last
     * one given is the first to run.
     */
    public void beforeTheEnd(Runnable ending) {
        endings.push(ending);
    }

    /** Takes care of a child until it ends by itself. */
    void watch(Process process, StopSignal signal) {
        synchronized (this) {
            if (released) {
                // The shell has its last list already.
                process.destroyForcibly();
                throw new IllegalStateException("this JVM is ending");
            }
            children.put(process.pid(), signal);
            tell();
        }
        // A process id must not be kept longer than its process: it may be given out again.
        var _ = process.onExit().thenAccept(this::forget);
    }

    private synchronized void forget(Process process) {
        children.remove(process.pid());
        tell();
    }

    private void tell() {
        var line = new StringBuilder();
        children.forEach((pid, signal) -> line.append(signal).append(':').append(pid).append(' '));
        try {
            pipe.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            // The pipe is closed: the JVM is ending and the shell has its last list.
        }
    }

    private void release() {
        try {
            endings.forEach(Runnable::run);
        } finally {
            closePipe();
        }
    }

    private void closePipe() {
        synchronized (this) {
            released = true;
        }
        try {
            pipe.close();
            shell.waitFor(15, TimeUnit.SECONDS);
        } catch (IOException e) {
            shell.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
