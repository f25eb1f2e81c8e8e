package dev.tidemark.quickstart.process;

import java.util.concurrent.Executor;

/**
 * The script that started this JVM, named by {@code -Dtidemark.parent}. It ends this JVM; if it
 * cannot, because it was killed, its end must be enough.
 */
public final class ParentProcess {

    private static final int FAILURE = 1;

    private ParentProcess() {}

    /** Exits when the parent has ended; does nothing where none is named. */
    public static void endWithIt() {
        Long parent = Long.getLong("tidemark.parent");
        if (parent != null) {
            ProcessHandle.of(parent)
                    .ifPresent(process -> {
                        // In a thread of its own: what runs at exit may need the pool that this
                        // would block.
                        Executor thread =
                                task -> Thread.ofPlatform().name("tidemark-parent").start(task);
                        var _ = process.onExit().thenRunAsync(() -> System.exit(FAILURE), thread);
                    });
        }
    }
}
