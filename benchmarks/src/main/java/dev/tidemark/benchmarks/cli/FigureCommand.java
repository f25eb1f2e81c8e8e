package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Report;
import dev.tidemark.benchmarks.read.LoadPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that measures something under load, and reports what it found. */
@Command
final class FigureCommand implements Callable<Integer> {

    /** What it measures. */
    @FunctionalInterface
    interface Measurement {
        void measure(Run run);
    }

    /** What a measurement is told, and where it tells what it found, as soon as it has. */
    record Run(Path home, LoadPlan plan, LoadOptions options, Console console, Report report) {}

    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin LoadOptions options = new LoadOptions();

    private final String name;
    private final Measurement measurement;

    FigureCommand(String name, Measurement measurement) {
        this.name = name;
        this.measurement = measurement;
    }

    @Override
    public Integer call() throws IOException {
        LoadPlan plan = options.plan(spec.commandLine());
        Console console = new Console(spec.commandLine().getOut());
        Report report = new Report(Machine.current(), spec.commandLine().getOut());
        Path home = home();
        measurement.measure(new Run(home, plan, options, console, report));
        Path file = home.resolve("benchmarks/target/bench-" + name + ".json");
        report.write(file);
        console.notice("also in " + home.relativize(file) + ", charts beside it");
        return 0;
    }

    static Path home() {
        return Path.of(System.getProperty("tidemark.home", ".")).toAbsolutePath().normalize();
    }
}
