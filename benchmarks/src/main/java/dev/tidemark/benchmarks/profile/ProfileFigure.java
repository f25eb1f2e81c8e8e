package dev.tidemark.benchmarks.profile;

import dev.tidemark.benchmarks.load.Load;
import dev.tidemark.benchmarks.load.Throughput;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.read.HotPath;
import dev.tidemark.benchmarks.read.LoadPlan;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.process.Guard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Profiles of the hottest paths, under as much load as they take. */
public final class ProfileFigure {

    private ProfileFigure() {}

    /** Takes one of each JVM that takes part, in one run each: a recorder slows what it records. */
    public static Finding measure(HotPath path, LoadPlan plan, Progress progress) {
        List<Table> tables = new ArrayList<>();
        Path folder = Guard.ofThisJvm().newFolder("profile");
        Load load = path.load();
        progress.notice("warming up: " + path.title());
        load.run(plan.warmUpMax());
        for (Map.Entry<String, Long> jvm : path.jvms().entrySet()) {
            String title = path.title() + ", " + jvm.getKey();
            progress.notice("recording: " + title);
            FlightRecording recording = FlightRecording.begin(jvm.getValue());
            Throughput throughput = load.run(plan.each());
            Path file = folder.resolve(jvm.getKey() + ".jfr");
            recording.end(file);
            tables.addAll(Profile.read(file).tables(title, throughput.requests()));
        }
        return new Finding(tables, List.of(), Map.of());
    }
}
