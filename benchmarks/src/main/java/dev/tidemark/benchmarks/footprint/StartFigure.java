package dev.tidemark.benchmarks.footprint;

import dev.tidemark.benchmarks.http.KeepAliveConnection;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Spread;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long {@code ./tidemark start} takes, built, and each service by itself. */
public final class StartFigure {

    /** A row of the sample shop. */
    private static final String TARGET = "/rest/v1/product/1";

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_GRACE = Duration.ofSeconds(60);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private StartFigure() {}

    /**
     * Measures it.
     *
     * @param times how often each is started
     */
    public static Finding measure(Path home, int times, Progress progress) {
        List<Double> whole = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            progress.notice("./tidemark start, %d of %d".formatted(i, times));
            whole.add(secondsToFirstAnswer(home));
        }
        List<List<String>> rows = new ArrayList<>();
        add(rows, "./tidemark start, to the first answer", Spread.of(whole), 15, 10);
        progress.notice("starting a suite, to restart its services");
        try (Suite suite = Suite.start(SuiteOptions.sample(home), Progress.silent())) {
            for (Part service : List.of(suite.gateway(), suite.cacheService(), suite.origin())) {
                progress.notice("restarting " + service);
                List<Double> seconds = new ArrayList<>();
                for (int i = 0; i < times; i++) {
                    seconds.add(secondsToReady(service));
                }
                add(rows, service.name() + ", ready alone", Spread.of(seconds), 4, 2);
            }
        }
        return Finding.of(
                new Table(
                        "Time to start",
                        List.of(
                                "%d starts each, of what is built; JVMs as ./tidemark start runs them; a service is asked every 100 ms whether it is ready"
                                        .formatted(times)),
                        List.of("what", "s", "min–max", "reach", "aim"),
                        rows,
                        List.of(
                                "a service alone: killed and started again, while everything else of its suite runs and has nothing to do")));
    }

    private static void add(
            List<List<String>> rows, String what, Spread seconds, double reach, double aim) {
        rows.add(
                List.of(
                        what,
                        seconds.middle("%.1f"),
                        seconds.range("%.1f"),
                        "≤ %.0f".formatted(reach),
                        "≤ %.0f".formatted(aim)));
    }

    private static double secondsToFirstAnswer(Path home) {
        int port = Ports.free();
        Path folder = Guard.ofThisJvm().newFolder("start");
        long start = System.nanoTime();
        ChildProcess process =
                ChildProcess.start(
                        "tidemark",
                        List.of(
                                home.resolve("tidemark").toString(),
                                "start",
                                "--port",
                                Integer.toString(port)),
                        Map.of("TIDEMARK_BUILD", "never"),
                        StopSignal.TERM,
                        folder,
                        folder.resolve("tidemark.log"));
        try {
            boolean answered =
                    Await.until(
                            START_TIMEOUT,
                            Duration.ofMillis(20),
                            () -> !process.isAlive() || isAnswered(port));
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!answered || !process.isAlive()) {
                throw new MeasurementException(
                        "./tidemark start did not get to answer:\n"
                                + String.join("\n", process.logTail(20)));
            }
            return seconds;
        } finally {
            process.stop(STOP_GRACE);
        }
    }

    private static boolean isAnswered(int port) {
        if (Ports.isFree(port)) {
            return false;
        }
        try (KeepAliveConnection connection =
                KeepAliveConnection.open(URI.create("http://127.0.0.1:" + port), ANSWER_TIMEOUT)) {
            return connection.exchange(connection.get(TARGET)).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static double secondsToReady(Part service) {
        service.holdDown();
        long start = System.nanoTime();
        service.start();
        service.awaitReady();
        return (System.nanoTime() - start) / 1e9;
    }
}
