package dev.tidemark.cache.hot;

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

class HotPropertiesTest {

    @Test
    void defaults_areThese() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new HotProperties(
                                100,
                                100,
                                Duration.ofSeconds(10),
                                Duration.ofMillis(200),
                                DataSize.ofMegabytes(16)));
    }

    @Test
    void everyProperty_isRead() {
        assertThat(
                        bind(
                                Map.of(
                                        "tidemark.hot.rate", "1",
                                        "tidemark.hot.keys-max", "2",
                                        "tidemark.hot.keep", "3s",
                                        "tidemark.hot.copy-for", "4ms",
                                        "tidemark.hot.copies-size", "5MB")))
                .isEqualTo(
                        new HotProperties(
                                1,
                                2,
                                Duration.ofSeconds(3),
                                Duration.ofMillis(4),
                                DataSize.ofMegabytes(5)));
    }

    @ParameterizedTest
    @CsvSource({
        "rate, 0",
        "keys-max, -1",
        "keep, 100ms",
        "copy-for, -1ms",
        "copy-for, 2s",
        "copies-size, -1B",
    })
    void whatMakesNoSense_isRefused(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("tidemark.hot." + name, value)))
                .rootCause()
                .hasMessageContaining("tidemark.hot." + name);
    }

    private static HotProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("tidemark.hot", HotProperties.class);
    }
}
