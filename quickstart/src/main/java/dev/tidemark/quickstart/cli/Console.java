package dev.tidemark.quickstart.cli;

import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a person sees in the terminal. */
final class Console implements Progress {
    private final PrintWriter out;

    Console(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void done(String what, String detail, Duration time) {
        say("  %-24s %-48s %5.1f s".formatted(what, detail, seconds(time)));
    }

    @Override
    public void notice(String text) {
        say("  " + text);
    }

    synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    /** The block that tells a newcomer what to do next. */
    void ready(Suite suite, SuiteOptions options, Duration time) {
        var text =
                new StringBuilder(
                        "\nReady after %.1f s: %s\n\n".formatted(seconds(time), suite.baseUri()));
        String flag = "-i ";
        for (String target : suite.exampleTargets()) {
            text.append("  curl ")
                    .append(flag)
                    .append('\'')
                    .append(suite.baseUri())
                    .append(target)
                    .append("'\n");
            flag = "";
        }
        text.append("\n  Database  ").append(suite.database());
        Path password = suite.passwordFile();
        text.append(
                password == null
                        ? "\n"
                        : """

                                    (password in %s)
                          Purge     ./tidemark purge TABLE[/KEY] --password-file %s \\
                                    --database-url %s
                        """
                                .formatted(password, password, suite.database()));
        suite.managementUris()
                .forEach((name, uri) ->
                        text.append(
                                "  Metrics   %s/actuator/prometheus (%s)\n".formatted(uri, name)));
        text.append("  Logs      ").append(suite.logs()).append('\n');
        text.append("  Data      ").append(data(options)).append('\n');
        text.append("\nCtrl-C stops everything.");
        if (options.database() != null) {
            text.append(" What Tidemark made in your database stays; ./tidemark drop removes it.");
        }
        say(text.toString());
    }

    private static String data(SuiteOptions options) {
        @Nullable Path folder = options.dataDirectory();
        if (options.database() != null) {
            return "in your database; the cache is temporary";
        }
        return folder == null
                ? "temporary; --data-dir FOLDER keeps it over restarts"
                : folder.toAbsolutePath().normalize().toString();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
