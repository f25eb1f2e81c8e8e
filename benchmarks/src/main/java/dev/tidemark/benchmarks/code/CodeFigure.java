package dev.tidemark.benchmarks.code;

import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What the hot classes cost. */
public final class CodeFigure {

    private static final Map<String, String> CALLS = calls();

    private CodeFigure() {}

    private static Map<String, String> calls() {
        Map<String, String> calls = new LinkedHashMap<>();
        calls.put("parseRow", "ReadRequest.parse, a row by key");
        calls.put("parseList", "ReadRequest.parse, a list with two filters");
        calls.put("key", "CacheKey.of");
        calls.put("encodeEntry", "EntryCodec.encode, 515 bytes");
        calls.put("decodeEntry", "EntryCodec.decode");
        calls.put("countHotKey", "HotKeys.count, one in four counted");
        calls.put("head", "ResponseHead.of");
        calls.put("hit", "a near-cache hit, from target to head");
        return calls;
    }

    public static Finding measure(int iterationMillis, Progress progress) {
        List<List<String>> rows = new ArrayList<>();
        CALLS.forEach((method, title) -> {
            for (RunResult result : Jmh.run(HotClasses.class, method, iterationMillis, progress)) {
                rows.add(row(title, result));
            }
        });
        return Finding.of(
                new Table(
                        "Hot classes",
                        Jmh.parameters(iterationMillis),
                        List.of("call", "ns", "±", "bytes allocated"),
                        rows,
                        List.of()));
    }

    private static List<String> row(String title, RunResult result) {
        Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
        if (allocated == null) {
            throw new MeasurementException("JMH does not tell what " + title + " allocates");
        }
        return List.of(
                title,
                String.format(Locale.ROOT, "%.0f", result.getPrimaryResult().getScore()),
                String.format(Locale.ROOT, "%.0f", result.getPrimaryResult().getScoreError()),
                String.format(Locale.ROOT, "%.0f", allocated.getScore()));
    }
}
