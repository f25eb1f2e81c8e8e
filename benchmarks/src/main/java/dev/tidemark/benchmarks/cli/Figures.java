package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.cli.FigureCommand.Measurement;
import dev.tidemark.benchmarks.cli.FigureCommand.Run;
import dev.tidemark.benchmarks.footprint.MemoryFigure;
import dev.tidemark.benchmarks.footprint.StartFigure;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.profile.ProfileFigure;
import dev.tidemark.benchmarks.read.HotPath;
import dev.tidemark.benchmarks.read.LatencyFigure;
import dev.tidemark.benchmarks.read.MeasuredSuite;
import dev.tidemark.benchmarks.read.MissFigure;
import dev.tidemark.benchmarks.read.MixedFigure;
import dev.tidemark.benchmarks.read.NearFigure;
import dev.tidemark.benchmarks.read.PeersFigure;
import dev.tidemark.benchmarks.read.RowFigure;
import dev.tidemark.benchmarks.read.SharedFigure;
import dev.tidemark.quickstart.launch.SuiteOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What {@code ./tidemark bench} can measure under load, and on which suite. */
final class Figures {

    private Figures() {}

    /** By name, in the order of the help. */
    static Map<String, Measurement> all() {
        Map<String, Measurement> all = new LinkedHashMap<>();
        all.put(
                "near",
                run ->
                        onSuite(
                                run,
                                suite ->
                                        NearFigure.measure(
                                                suite, run.home(), run.plan(), run.console())));
        all.put("shared", Figures::shared);
        all.put(
                "miss",
                run ->
                        onSuite(
                                run,
                                suite ->
                                        MissFigure.measure(
                                                suite,
                                                run.options().rate,
                                                run.plan(),
                                                run.console())));
        all.put(
                "rows",
                run ->
                        onSuite(
                                run,
                                suite ->
                                        RowFigure.reads(
                                                suite,
                                                run.options().seed,
                                                run.plan(),
                                                run.console())));
        all.put(
                "write",
                run ->
                        onSuite(
                                run,
                                suite ->
                                        RowFigure.writes(
                                                suite,
                                                run.options().seed,
                                                run.plan(),
                                                run.console())));
        all.put("mixed", Figures::mixed);
        all.put(
                "peers",
                run ->
                        onSuite(
                                run,
                                suite -> PeersFigure.measure(suite, run.plan(), run.console())));
        all.put(
                "latency",
                run ->
                        onSuite(
                                run,
                                suite -> LatencyFigure.measure(suite, run.plan(), run.console())));
        all.put(
                "start",
                run ->
                        run.report()
                                .add(
                                        StartFigure.measure(
                                                run.home(), run.plan().rounds(), run.console())));
        all.put("memory", Figures::memory);
        all.put("profile", Figures::profile);
        return all;
    }

    private static SuiteOptions options(Run run) {
        return MeasuredSuite.options(run.home(), run.plan().jvmOptions());
    }

    private static void onSuite(Run run, Function<MeasuredSuite, Finding> measurement) {
        try (MeasuredSuite suite = MeasuredSuite.start(options(run), run.console())) {
            run.report().add(measurement.apply(suite));
        }
    }

    private static void shared(Run run) {
        SuiteOptions options = MeasuredSuite.withoutNearCache(options(run));
        try (MeasuredSuite suite = MeasuredSuite.start(options, run.console())) {
            run.report()
                    .add(
                            SharedFigure.measure(
                                    suite,
                                    run.options().entries,
                                    run.options().seed,
                                    run.plan(),
                                    run.console()));
        }
    }

    private static void mixed(Run run) {
        try (MeasuredSuite cached = MeasuredSuite.start(options(run), run.console());
                MeasuredSuite bare =
                        MeasuredSuite.start(
                                MeasuredSuite.withoutCaches(options(run)), run.console())) {
            run.report()
                    .add(
                            MixedFigure.measure(
                                    cached,
                                    bare,
                                    run.options().entries,
                                    run.options().seed,
                                    run.plan(),
                                    run.console()));
        }
    }

    private static void memory(Run run) {
        run.report().add(MemoryFigure.processes(run.home(), run.console()));
        try (MeasuredSuite suite = MeasuredSuite.start(options(run), run.console())) {
            run.report().add(MemoryFigure.entries(suite, run.options().entries, run.console()));
        }
    }

    private static void profile(Run run) {
        try (MeasuredSuite suite = MeasuredSuite.start(options(run), run.console())) {
            profile(run, HotPath.nearHit(suite, run.plan()));
            profile(run, HotPath.row(suite, run.options().seed, run.plan()));
        }
        SuiteOptions withoutNear = MeasuredSuite.withoutNearCache(options(run));
        try (MeasuredSuite suite = MeasuredSuite.start(withoutNear, run.console())) {
            profile(
                    run,
                    HotPath.sharedHit(
                            suite, run.options().entries, run.options().seed, run.plan()));
        }
    }

    private static void profile(Run run, HotPath path) {
        run.report().add(ProfileFigure.measure(path, run.plan(), run.console()));
    }
}
