package dev.tidemark.benchmarks.propagation;

import dev.tidemark.benchmarks.measure.Latencies;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Processor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured at one rate of changes, over all rounds. Not safe for use by many threads. */
final class Outcome {

    static final List<String> COLUMNS =
            List.of(
                    "changes/s",
                    "achieved",
                    "probes",
                    "p50 ms",
                    "p99 ms",
                    "max ms",
                    "at once",
                    "sent p50",
                    "sent p99",
                    "sent max",
                    "COMMIT p50",
                    "resolution",
                    "CPU",
                    "others");

    /** What a machine that keeps up achieves of what was asked for. */
    private static final double ACHIEVED_MIN = 0.98;

    /** Of probes whose entry was gone before the change: by eviction or a false invalidation. */
    private static final double DISCARDED_MAX = 0.05;

    private final int wanted;
    private final Latencies sinceReturned;
    private final Latencies sinceSent;
    private final Latencies commit = new Latencies(Duration.ZERO);
    private final Latencies resolution = new Latencies(Duration.ZERO);

    /** Since COMMIT was sent, until the change came by each tap, and until it was everywhere. */
    private final Map<String, Latencies> stages = new LinkedHashMap<>();

    private long discarded;
    private long written;
    private long nanos;
    private double busy;
    private double others;

    Outcome(int wanted, Duration probeInterval) {
        this.wanted = wanted;
        this.sinceReturned = new Latencies(probeInterval);
        this.sinceSent = new Latencies(probeInterval);
    }

    void probed(Prober.Probe probe) {
        sinceReturned.record(probe.last().goneNanos() - probe.returnedNanos());
        sinceSent.record(probe.last().goneNanos() - probe.sentNanos());
        commit.record(probe.returnedNanos() - probe.sentNanos());
        resolution.record(probe.last().goneNanos() - probe.last().servedNanos());
    }

    /** A probed change came by a tap, so long after its COMMIT was sent. */
    void passed(String place, long nanos) {
        stages.computeIfAbsent(place, _ -> new Latencies(Duration.ZERO)).record(nanos);
    }

    void discarded() {
        discarded++;
    }

    /** A round is over, in which so many transactions were committed. */
    void round(long writtenThen, long nanosThen, Processor.Use useThen) {
        written += writtenThen;
        nanos += nanosThen;
        busy += useThen.busy() * nanosThen;
        others += useThen.others() * nanosThen;
    }

    double achieved() {
        return written * 1e9 / nanos;
    }

    /** Throws if what was measured does not mean what it should. */
    void requireSound() {
        if (achieved() < ACHIEVED_MIN * wanted) {
            throw new MeasurementException(
                    "%,.0f changes/s were achieved, not %,d: this machine is too slow, or busy with something else"
                            .formatted(achieved(), wanted));
        }
        if (sinceSent.count() == 0 || discarded > DISCARDED_MAX * sinceSent.count()) {
            throw new MeasurementException(
                    "%,d of %,d probes had lost their entry before it was changed"
                            .formatted(discarded, discarded + sinceSent.count()));
        }
    }

    List<String> row() {
        return List.of(
                text("%,d", wanted),
                text("%,.0f", achieved()),
                text("%,d", sinceSent.count()),
                text("%.2f", sinceReturned.millisAt(50)),
                text("%.2f", sinceReturned.millisAt(99)),
                text("%.1f", sinceReturned.millisMax()),
                text("%.1f %%", 100 * sinceReturned.earlyShare()),
                text("%.2f", sinceSent.millisAt(50)),
                text("%.2f", sinceSent.millisAt(99)),
                text("%.1f", sinceSent.millisMax()),
                text("%.2f", commit.millisAt(50)),
                text("%.2f", resolution.millisAt(50)),
                text("%.0f %%", 100 * busy / nanos),
                text("%.0f %%", 100 * others / nanos));
    }

    /** The columns of {@link #stageRow}, for taps at these places. */
    static List<String> stageColumns(List<String> places) {
        List<String> columns = new ArrayList<>(List.of("changes/s"));
        for (String place : places) {
            columns.add(place + " p50");
            columns.add("p99");
        }
        columns.addAll(List.of("everywhere p50", "p99"));
        return columns;
    }

    List<String> stageRow(List<String> places) {
        List<String> row = new ArrayList<>(List.of(text("%,d", wanted)));
        List<Latencies> all = new ArrayList<>();
        places.forEach(place -> all.add(stages.getOrDefault(place, new Latencies(Duration.ZERO))));
        all.add(sinceSent);
        for (Latencies latencies : all) {
            row.add(text("%.2f", latencies.millisAt(50)));
            row.add(text("%.2f", latencies.millisAt(99)));
        }
        return row;
    }

    private static String text(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
