package dev.tidemark.cache.hot;

import dev.tidemark.common.hot.HotKeys;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The keys that this instance is asked for most: {@code /actuator/hotkeys} of the management port.
 * What a key stands for, the gateways' own tell.
 */
@Endpoint(id = "hotkeys")
final class HotEndpoint {

    private final HotKeys keys;

    HotEndpoint(HotKeys keys) {
        this.keys = keys;
    }

    /** The most wanted first. */
    record Report(List<Line> keys) {}

    /**
     * One of them.
     *
     * @param perSecond look-ups, by the last window
     */
    record Line(String key, long perSecond) {}

    @ReadOperation
    Report report() {
        return new Report(
                keys.top().stream()
                        .map(hot -> new Line(hot.key().toString(), hot.perSecond()))
                        .toList());
    }
}
