package dev.tidemark.benchmarks.failure;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What clients saw of each fault, as a table. */
public final class FailureFigure {

    private static final List<String> COLUMNS =
            List.of(
                    "fault",
                    "reads",
                    "failed",
                    "shed",
                    "stale",
                    "p99 ms",
                    "last failure s",
                    "shared away s",
                    "wrong",
                    "lost");

    private FailureFigure() {}

    /**
     * Does all of the faults to a suite that {@link Experiment#suite} describes.
     *
     * @param lasting for how long what is held down or hangs does, and a rolling restart pauses
     */
    public static Table measure(
            Suite suite,
            Path home,
            List<Fault> faults,
            int readsPerSecond,
            Duration lasting,
            long seed,
            Progress progress) {
        List<List<String>> rows = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        try (Experiment experiment = Experiment.begin(suite, home, readsPerSecond, seed)) {
            for (Fault fault : faults) {
                progress.notice(fault.title());
                Outcome outcome = experiment.of(fault, lasting);
                rows.add(row(outcome));
                remarks.addAll(remarks(outcome));
            }
        } catch (SQLException e) {
            throw new MeasurementException("PostgreSQL: " + e.getMessage(), e);
        }
        remarks.add(
                "failed: neither answered nor refused; shed: refused at once with Retry-After;"
                        + " stale: answered by stale-if-error, and marked");
        remarks.add(
                "last failure: after the fault began, until the last read that failed or was shed");
        remarks.add("wrong: answers older than they said; lost: rows behind an acknowledged write");
        return new Table(
                "What clients see of a fault, through NGINX",
                List.of(
                        "%d reads/s of %d rows, 24 of them written 12 times a second in all, 6 more"
                                        .formatted(readsPerSecond, Rows.ALL)
                                + " 4 times a second through the API",
                        "what is held down or hangs does so for %d s; a rolling restart pauses for as long"
                                .formatted(lasting.toSeconds()),
                        "%d gateways, 2 cache-services, 2 data-retrieval-services, 3 + 3 Redis nodes"
                                .formatted(suite.gatewayUris().size())),
                COLUMNS,
                rows,
                remarks);
    }

    private static List<String> row(Outcome outcome) {
        return List.of(
                outcome.fault().title(),
                Integer.toString(outcome.reads()),
                Integer.toString(outcome.failures()),
                Integer.toString(outcome.shed()),
                Integer.toString(outcome.staleIfError()),
                String.format(Locale.ROOT, "%.0f", outcome.p99Millis()),
                seconds(outcome.lastFailure()),
                seconds(outcome.sharedAway()),
                Integer.toString(outcome.violations().size()),
                Integer.toString(outcome.lostWrites()));
    }

    private static List<String> remarks(Outcome outcome) {
        return outcome.failed().isEmpty()
                ? List.of()
                : List.of(
                        outcome.fault().title()
                                + ": "
                                + outcome.failed().entrySet().stream()
                                        .map(failed -> failed.getValue() + " × " + failed.getKey())
                                        .collect(Collectors.joining("; ")));
    }

    private static String seconds(Duration time) {
        return time.isZero() ? "-" : String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }
}
