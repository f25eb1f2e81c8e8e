package dev.tidemark.quickstart.launch;

import java.time.Duration;
import java.util.function.Supplier;

/** Where the suite tells what it does. Calls come from several threads. */
public interface Progress {
    /** Something was started or done, and how long it took. */
    void done(String what, String detail, Duration time);

    /** Something worth knowing that is no failure, or a failure that is being put right. */
    void notice(String text);

    /** Does it, and tells what came of it and how long it took. */
    default void timed(String what, Supplier<String> work) {
        long start = System.nanoTime();
        String detail = work.get();
        done(what, detail, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Says nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void done(String what, String detail, Duration time) {}

            @Override
            public void notice(String text) {}
        };
    }
}
