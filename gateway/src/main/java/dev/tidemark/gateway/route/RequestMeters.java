package dev.tidemark.gateway.route;

import dev.tidemark.common.request.ReadRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts the requests that Spring never sees among those that it does: the same timer, under the
 * same tags as its own convention gives to an answer that is no error, or to a client that left.
 */
final class RequestMeters {

    private static final String UNKNOWN = "UNKNOWN";

    /** Nobody was there to get one. */
    private static final int NO_STATUS = 0;

    private record Series(boolean head, boolean byKey, int status) {}

    private final MeterRegistry registry;
    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Its client hung up first. */
    void left(ReadRequest request, long nanos) {
        answered(request, NO_STATUS, nanos);
    }

    void answered(ReadRequest request, int status, long nanos) {
        timers.computeIfAbsent(
                        new Series(request.head(), request.canonical().isByKey(), status),
                        series -> timer(request, series))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(ReadRequest request, Series series) {
        return Timer.builder("http.server.requests")
                .tag("error", "none")
                .tag("exception", "none")
                .tag("method", series.head() ? "HEAD" : "GET")
                .tag("outcome", outcome(series.status()))
                .tag("status", status(series.status()))
                .tag("uri", ReadRoute.name(new ReadRequest.Parsed.Read(request)))
                .register(registry);
    }

    private static String outcome(int status) {
        return switch (status / 100) {
            case 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> UNKNOWN;
        };
    }

    private static String status(int status) {
        return status == NO_STATUS ? UNKNOWN : Integer.toString(status);
    }
}
