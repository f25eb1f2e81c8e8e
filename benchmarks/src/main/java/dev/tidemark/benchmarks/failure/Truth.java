package dev.tidemark.benchmarks.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each value of each row can have become visible, on this JVM's clock. Each row has one writer
 * at a time, and its values only grow.
 */
public final class Truth {

    /** A value's commit had returned by {@code returned}. */
    private record Write(long value, long returned) {}

    private final Map<Integer, List<Write>> writes = new ConcurrentHashMap<>();

    /**
     * A write that was acknowledged.
     *
     * @param returned when its acknowledgement had come, by {@link System#nanoTime()}
     */
    public void wrote(int row, long value, long returned) {
        List<Write> all = writes.computeIfAbsent(row, _ -> new ArrayList<>());
        synchronized (all) {
            all.add(new Write(value, returned));
        }
    }

    /** The highest value that everyone had to see at this moment. */
    public long visibleAt(int row, long moment) {
        List<Write> all = writes.getOrDefault(row, List.of());
        synchronized (all) {
            for (int i = all.size() - 1; i >= 0; i--) {
                if (all.get(i).returned() - moment < 0) {
                    return all.get(i).value();
                }
            }
        }
        return 0;
    }
}
