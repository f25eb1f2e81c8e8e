package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Report;
import dev.tidemark.benchmarks.quick.RecordedRatios;
import dev.tidemark.benchmarks.read.LoadPlan;
import dev.tidemark.benchmarks.read.MeasuredSuite;
import dev.tidemark.benchmarks.read.NearFigure;
import dev.tidemark.benchmarks.read.RowFigure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./tidemark bench quick}: in two minutes, whether a ratio fell by more than a fifth below
 * what is recorded in the repository.
 */
@Command(name = "quick")
final class QuickCommand implements Callable<Integer> {

    private static final String RECORDED = "benchmarks/recorded-ratios.json";
    private static final int FELL = 1;

    /** Two minutes with that of rows, the suite's start included. */
    private static final LoadPlan PLAN = plan(Duration.ofSeconds(8));

    /** What answers rows takes longer to be compiled. */
    private static final LoadPlan PLAN_OF_ROWS = plan(Duration.ofSeconds(20));

    private static LoadPlan plan(Duration warmUpMax) {
        return new LoadPlan(3, Duration.ofSeconds(2), warmUpMax, 64, List.of());
    }

    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--record")
    boolean record;

    @Option(names = "--seed", paramLabel = "N")
    long seed = 1;

    @Override
    public Integer call() {
        Console console = new Console(spec.commandLine().getOut());
        Report report = new Report(Machine.current(), spec.commandLine().getOut());
        Path home = FigureCommand.home();
        Path file = home.resolve(RECORDED);
        try (MeasuredSuite suite =
                MeasuredSuite.start(MeasuredSuite.options(home, PLAN.jvmOptions()), console)) {
            report.add(NearFigure.measure(suite, home, PLAN, console));
            report.add(RowFigure.reads(suite, seed, PLAN_OF_ROWS, console));
        }
        if (record) {
            RecordedRatios.record(file, report.ratios());
            console.notice("recorded in " + RECORDED);
            return 0;
        }
        RecordedRatios recorded = RecordedRatios.read(file);
        report.add(recorded.table(report.ratios()));
        List<Ratio> fallen = recorded.fallen(report.ratios());
        if (fallen.isEmpty()) {
            return 0;
        }
        spec.commandLine()
                .getErr()
                .println(
                        "tidemark: fell by more than a fifth: "
                                + fallen.stream()
                                        .map(Ratio::name)
                                        .collect(Collectors.joining("; ")));
        spec.commandLine().getErr().flush();
        return FELL;
    }
}
