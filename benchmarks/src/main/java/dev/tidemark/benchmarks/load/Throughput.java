package dev.tidemark.benchmarks.load;

/**
 * What a closed loop got done. Its latencies are left out on purpose: it waits where clients would
 * not.
 *
 * @param failures answers of 4xx and 5xx, and connections that broke or timed out
 */
public record Throughput(long requests, double seconds, long failures) {

    public double perSecond() {
        return requests / seconds;
    }
}
