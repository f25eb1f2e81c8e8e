package dev.tidemark.cache.invalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class InvalidationPropertiesTest {

    @Test
    void defaults_areThese() {
        assertThat(bind(LogProperties.class, "tidemark.log", Map.of()))
                .isEqualTo(
                        new LogProperties(
                                "log",
                                Duration.ofMillis(100),
                                Duration.ofMinutes(1),
                                20_000,
                                10_000));
        assertThat(bind(ClockProperties.class, "tidemark.clock", Map.of()))
                .isEqualTo(new ClockProperties(1 << 20));
        assertThat(bind(FeedProperties.class, "tidemark.feed", Map.of()))
                .isEqualTo(new FeedProperties(65_536, DataSize.ofMegabytes(64)));
    }

    @Test
    void everyProperty_isRead() {
        assertThat(
                        bind(
                                LogProperties.class,
                                "tidemark.log",
                                Map.of(
                                        "tidemark.log.name", "other-1",
                                        "tidemark.log.replica-patience", "1s",
                                        "tidemark.log.snapshot-period", "2s",
                                        "tidemark.log.snapshot-records", "3",
                                        "tidemark.log.records-min", "4")))
                .isEqualTo(
                        new LogProperties(
                                "other-1", Duration.ofSeconds(1), Duration.ofSeconds(2), 3, 4));
        assertThat(
                        bind(
                                ClockProperties.class,
                                "tidemark.clock",
                                Map.of("tidemark.clock.slots", "1024")))
                .isEqualTo(new ClockProperties(1024));
        assertThat(
                        bind(
                                FeedProperties.class,
                                "tidemark.feed",
                                Map.of(
                                        "tidemark.feed.records-max", "5",
                                        "tidemark.feed.bytes-max", "6KB")))
                .isEqualTo(new FeedProperties(5, DataSize.ofKilobytes(6)));
    }

    @ParameterizedTest
    @CsvSource({
        "log.name, a{b, name must be",
        "log.name, '', name must be",
        "log.replica-patience, 0s, replica-patience",
        "log.snapshot-period, 0s, snapshot-period",
        "log.snapshot-records, 0, snapshot-records",
        "log.records-min, 0, records-min",
        "clock.slots, 3, power of two",
        "clock.slots, 1, power of two",
        "clock.slots, 536870912, power of two",
        "feed.records-max, 0, records-max",
        "feed.bytes-max, 0B, bytes-max",
    })
    void whatMakesNoSense_isRefused(String name, String value, String message) {
        Map<String, String> properties = Map.of("tidemark." + name, value);
        assertThatThrownBy(
                        () -> {
                            bind(LogProperties.class, "tidemark.log", properties);
                            bind(ClockProperties.class, "tidemark.clock", properties);
                            bind(FeedProperties.class, "tidemark.feed", properties);
                        })
                .rootCause()
                .hasMessageContaining(message);
    }

    private static <T> T bind(Class<T> type, String prefix, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(prefix, type);
    }
}
