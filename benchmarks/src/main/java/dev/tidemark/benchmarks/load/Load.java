package dev.tidemark.benchmarks.load;

import java.time.Duration;

/** A closed loop against one server. */
@FunctionalInterface
public interface Load {

    /** Lets it run for so long. */
    Throughput run(Duration time);
}
