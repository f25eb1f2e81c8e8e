package dev.tidemark.benchmarks.measure;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * Latencies of events that were to happen at a steady pace. A stall delays the events that it keeps
 * from happening as well, so those are counted in (what is called coordinated omission otherwise).
 *
 * <p>Not safe for use by many threads.
 */
public final class Latencies {

    private static final long NANOS_MAX = Duration.ofMinutes(1).toNanos();
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(NANOS_MAX, DIGITS);
    private final long intervalNanos;
    private long early;
    private long measured;

    /**
     * @param interval between two events, as planned
     */
    public Latencies(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /**
     * Latencies of events that happen when they are due, or are measured from when they were: what
     * a stall delays is recorded as late itself, and nothing has to be counted in.
     */
    public static Latencies fromDue() {
        return new Latencies(Duration.ZERO);
    }

    /** A latency; one that is not positive is recorded as 0, and counted. */
    public void record(long nanos) {
        measured++;
        if (nanos <= 0) {
            early++;
        }
        histogram.recordValueWithExpectedInterval(Math.clamp(nanos, 0, NANOS_MAX), intervalNanos);
    }

    public void add(Latencies others) {
        histogram.add(others.histogram);
        early += others.early;
        measured += others.measured;
    }

    /** How many events were measured, without those that did not happen. */
    public long count() {
        return measured;
    }

    /** The share of events whose latency was not positive. */
    public double earlyShare() {
        return measured == 0 ? 0 : (double) early / measured;
    }

    /**
     * What so many percent of all events did not exceed.
     *
     * @param percentile from 0 to 100
     */
    public double millisAt(double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }

    public double millisMax() {
        return histogram.getMaxValue() / 1e6;
    }
}
