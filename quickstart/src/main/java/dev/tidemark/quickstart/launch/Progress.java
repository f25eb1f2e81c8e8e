package dev.tidemark.quickstart.launch;

import java.time.Duration;

/** Where the suite tells what it does. Calls come from several threads. */
public interface Progress {
    /** Something was started or done, and how long it took. */
    void done(String what, String detail, Duration time);

    /** Something worth knowing that is no failure, or a failure that is being put right. */
    void notice(String text);

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
