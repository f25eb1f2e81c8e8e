package dev.tidemark.gateway.hot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * What is read most: {@code /actuator/hotkeys} of the management port, and nowhere else. Requests
 * have values in them that may be nobody's business: they are in no metric and in no log.
 */
@Endpoint(id = "hotkeys")
final class HotEndpoint {

    private final HotReads reads;

    HotEndpoint(HotReads reads) {
        this.reads = reads;
    }

    /** The most wanted first. */
    record Report(List<Line> keys) {}

    /**
     * One of them.
     *
     * @param perSecond reads, by the last window
     * @param request in canonical form; null until one of its next reads has told
     */
    record Line(String key, long perSecond, @Nullable String request) {}

    @ReadOperation
    Report report() {
        return new Report(
                reads.top().stream()
                        .map(hot ->
                                new Line(
                                        hot.key().toString(),
                                        hot.perSecond(),
                                        reads.request(hot.key())
                                                .map(request -> request.text().strip())
                                                .orElse(null)))
                        .toList());
    }
}
