package dev.tidemark.cache.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LeasePropertiesTest {

    @Test
    void defaults_areThese() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new LeaseProperties(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1)));
    }

    @Test
    void everyProperty_isRead() {
        assertThat(
                        bind(
                                Map.of(
                                        "tidemark.leases.timeout-min", "200ms",
                                        "tidemark.leases.timeout", "1s",
                                        "tidemark.leases.uncacheable-ttl", "2s",
                                        "tidemark.leases.overtaken-ttl", "3s")))
                .isEqualTo(
                        new LeaseProperties(
                                Duration.ofMillis(200),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3)));
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, 499ms, must not be shorter than timeout-min",
        "timeout-min, 199ms, must be at least 200 ms",
        "uncacheable-ttl, -1s, must be at least 1 ms",
        "overtaken-ttl, 999us, must be at least 1 ms"
    })
    void whatMakesNoSense_isRefused(String name, String value, String message) {
        assertThatThrownBy(() -> bind(Map.of("tidemark.leases." + name, value)))
                .rootCause()
                .hasMessageContaining("tidemark.leases." + name + " " + message);
    }

    private static LeaseProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("tidemark.leases", LeaseProperties.class);
    }
}
