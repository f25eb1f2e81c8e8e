package dev.tidemark.quickstart.launch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Tasks that run at the same time. */
final class SideBySide {
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private SideBySide() {}

    /**
     * Returns when all tasks have ended, or throws the first failure as it is, without waiting for
     * the others.
     */
    static void run(List<Runnable> tasks) {
        var failed = new CompletableFuture<Void>();
        var all =
                CompletableFuture.allOf(
                        tasks.stream()
                                .map(task -> running(task, failed))
                                .toArray(CompletableFuture<?>[]::new));
        try {
            CompletableFuture.anyOf(all, failed).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof CompletionException wrapped && wrapped.getCause() != null) {
                cause = wrapped.getCause();
            }
            throw cause instanceof RuntimeException known ? known : e;
        }
    }

    private static CompletableFuture<Void> running(Runnable task, CompletableFuture<Void> failed) {
        return CompletableFuture.runAsync(task, THREADS)
                .whenComplete((_, e) -> {
                    if (e != null) {
                        failed.completeExceptionally(e);
                    }
                });
    }
}
