package dev.tidemark.benchmarks.profile;

import dev.tidemark.benchmarks.measure.MeasurementException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A recording of another JVM on this machine, from when it is begun until it is written. */
final class FlightRecording {

    private static final String NAME = "bench";

    private final long pid;

    private FlightRecording(long pid) {
        this.pid = pid;
    }

    /**
     * Begins one. Where the JVM can, it takes samples by processor time, which neither leaves
     * native code out nor favours some threads.
     */
    static FlightRecording begin(long pid) {
        jcmd(
                pid,
                "JFR.start",
                "name=" + NAME,
                "settings=profile",
                "jdk.CPUTimeSample#enabled=true",
                "jdk.CPUTimeSample#throttle=500/s",
                "jdk.ObjectAllocationSample#throttle=1000/s");
        return new FlightRecording(pid);
    }

    /** Ends it and writes it to a file. */
    void end(Path file) {
        jcmd(pid, "JFR.stop", "name=" + NAME, "filename=" + file);
    }

    private static void jcmd(long pid, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(pid));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new MeasurementException(String.join(" ", command) + " failed: " + said);
            }
        } catch (IOException e) {
            throw new MeasurementException("jcmd: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while recording", e);
        }
    }
}
