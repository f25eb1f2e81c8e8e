package dev.tidemark.benchmarks.profile;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** A recording, summed up: what ran, by whom it was called, and what was allocated. */
final class Profile {

    private static final int ROWS = 15;

    /** Everything on an event loop is below these, which says nothing. */
    private static final double ALL = 0.97;

    private final Map<String, Long> selves = new TreeMap<>();
    private final Map<String, Long> totals = new TreeMap<>();
    private final Map<String, Long> parts = new TreeMap<>();
    private final Map<String, Long> classes = new TreeMap<>();
    private final Map<String, Long> allocators = new TreeMap<>();
    private boolean byCpuTime;
    private long samples;
    private long allocatedBytes;

    private Profile() {}

    static Profile read(Path file) {
        Profile profile = new Profile();
        List<RecordedEvent> sampled = new ArrayList<>();
        List<RecordedEvent> byTime = new ArrayList<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.CPUTimeSample" -> byTime.add(event);
                    case "jdk.ExecutionSample" -> sampled.add(event);
                    case "jdk.ObjectAllocationSample" -> profile.allocation(event);
                    default -> {
                        // Not asked for.
                    }
                }
            }
        } catch (IOException e) {
            throw new MeasurementException("the recording cannot be read: " + e.getMessage(), e);
        }
        profile.byCpuTime = !byTime.isEmpty();
        (profile.byCpuTime ? byTime : sampled).forEach(profile::sample);
        return profile;
    }

    private void sample(RecordedEvent event) {
        if (event.getStackTrace() == null || event.getStackTrace().getFrames().isEmpty()) {
            return;
        }
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        samples++;
        selves.merge(name(frames.getFirst()), 1L, Long::sum);
        parts.merge(
                Part.of(frames.getFirst().getMethod().getType().getName()).title(), 1L, Long::sum);
        Set<String> seen = new HashSet<>();
        for (RecordedFrame frame : frames) {
            String name = name(frame);
            if (seen.add(name)) {
                totals.merge(name, 1L, Long::sum);
            }
        }
    }

    private void allocation(RecordedEvent event) {
        long weight = event.getLong("weight");
        allocatedBytes += weight;
        classes.merge(event.getClass("objectClass").getName(), weight, Long::sum);
        if (event.getStackTrace() == null) {
            return;
        }
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
            if (Part.of(frame.getMethod().getType().getName()) != Part.JDK) {
                allocators.merge(name(frame), weight, Long::sum);
                return;
            }
        }
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
    }

    /**
     * Tables for people.
     *
     * @param requests how many were answered meanwhile
     */
    List<Table> tables(String path, long requests) {
        if (samples == 0) {
            throw new MeasurementException("the recording of " + path + " has no samples");
        }
        String how =
                "%,d samples %s; %,d requests"
                        .formatted(
                                samples,
                                byCpuTime ? "of processor time" : "of threads that run Java",
                                requests);
        return List.of(
                new Table(
                        path + ": whose code runs",
                        List.of(how),
                        List.of("code", "share"),
                        top(parts, samples, Part.values().length, "%s"),
                        List.of()),
                new Table(
                        path + ": methods that run",
                        List.of(how),
                        List.of("method", "share"),
                        top(selves, samples, ROWS, "%s"),
                        List.of()),
                new Table(
                        path + ": methods with all that they call",
                        List.of(how),
                        List.of("method", "share"),
                        top(telling(), samples, 2 * ROWS, "%s"),
                        List.of("without those that nearly everything is below")),
                new Table(
                        path + ": what is allocated",
                        List.of(
                                "%,.0f bytes for each request, by samples"
                                        .formatted((double) allocatedBytes / requests)),
                        List.of("class, or first method outside of the JDK", "share"),
                        allocations(),
                        List.of()));
    }

    private List<List<String>> allocations() {
        List<List<String>> rows = new ArrayList<>(top(classes, allocatedBytes, ROWS / 2, "%s"));
        rows.addAll(top(allocators, allocatedBytes, ROWS, "by %s"));
        return rows;
    }

    private Map<String, Long> telling() {
        Map<String, Long> telling = new TreeMap<>(totals);
        telling.values().removeIf(count -> count > ALL * samples);
        return telling;
    }

    private static List<List<String>> top(
            Map<String, Long> counts, long all, int rows, String format) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(rows)
                .map(entry ->
                        List.of(
                                format.formatted(entry.getKey()),
                                String.format(
                                        Locale.ROOT, "%.1f %%", 100.0 * entry.getValue() / all)))
                .toList();
    }
}
