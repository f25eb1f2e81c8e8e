package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.measure.MeasurementException;
import java.util.List;
import java.util.stream.IntStream;

/** Targets that nobody has asked for yet, as many as are wanted, each answered by one row. */
final class ColdTargets {

    private int next;

    /** The next so many. */
    List<String> take(int number) {
        if (next + number > Items.shapes() * Items.ROWS) {
            throw new MeasurementException("all rows have been asked for in every shape");
        }
        List<String> targets =
                IntStream.range(next, next + number)
                        .mapToObj(i -> Items.target(Items.id(i % Items.ROWS), i / Items.ROWS))
                        .toList();
        next += number;
        return targets;
    }
}
