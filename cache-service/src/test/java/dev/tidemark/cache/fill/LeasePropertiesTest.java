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
                .isEqualTo(new LeaseProperties(Duration.ofSeconds(3), Duration.ofSeconds(10)));
    }

    @Test
    void everyProperty_isRead() {
        assertThat(
                        bind(
                                Map.of(
                                        "tidemark.leases.timeout", "1s",
                                        "tidemark.leases.uncacheable-ttl", "2s")))
                .isEqualTo(new LeaseProperties(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource({"timeout, 0s", "timeout, 999us", "uncacheable-ttl, -1s"})
    void whatMakesNoSense_isRefused(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("tidemark.leases." + name, value)))
                .rootCause()
                .hasMessageContaining("tidemark.leases." + name + " must be at least 1 ms");
    }

    private static LeaseProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("tidemark.leases", LeaseProperties.class);
    }
}
