package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ChangePropertiesTest {

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(prefix, type);
    }

    @Test
    void defaults_areThese() {
        assertThat(bind("tidemark.change", ChangeProperties.class, Map.of()))
                .isEqualTo(
                        new ChangeProperties(
                                true,
                                "tidemark",
                                "tidemark",
                                false,
                                Duration.ofMillis(100),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(15)));
        assertThat(bind("tidemark.cache", CacheProperties.class, Map.of()))
                .isEqualTo(new CacheProperties(List.of()));
    }

    @Test
    void names_mapToEverySetting() {
        assertThat(
                        bind(
                                "tidemark.change",
                                ChangeProperties.class,
                                Map.of(
                                        "tidemark.change.enabled", "false",
                                        "tidemark.change.slot", "s_1",
                                        "tidemark.change.publication", "p_1",
                                        "tidemark.change.temporary", "true",
                                        "tidemark.change.heartbeat-interval", "50ms",
                                        "tidemark.change.takeover-poll", "200ms",
                                        "tidemark.change.long-writer", "2s",
                                        "tidemark.change.confirm-delay", "30s")))
                .isEqualTo(
                        new ChangeProperties(
                                false,
                                "s_1",
                                "p_1",
                                true,
                                Duration.ofMillis(50),
                                Duration.ofMillis(200),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(30)));
        assertThat(
                        bind(
                                "tidemark.cache",
                                CacheProperties.class,
                                Map.of("tidemark.cache.addresses", "http://a:9002,http://b:9002")))
                .isEqualTo(
                        new CacheProperties(
                                List.of(URI.create("http://a:9002"), URI.create("http://b:9002"))));
    }

    @ParameterizedTest
    @CsvSource({
        "slot, Upper",
        "slot, ''",
        "publication, with-dash",
        "heartbeat-interval, 5ms",
        "heartbeat-interval, 2s",
        "takeover-poll, 10ms",
        "takeover-poll, 2s",
        "long-writer, 10ms",
        "confirm-delay, 10ms"
    })
    void settingThatIsWrong_isRefused(String name, String value) {
        assertThatThrownBy(() ->
                        bind(
                                "tidemark.change",
                                ChangeProperties.class,
                                Map.of("tidemark.change." + name, value)))
                .rootCause()
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("tidemark.change." + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a:1",
                "a:9002",
                "http:///x",
                "http://a:1/path",
                "http://u:p@a:1",
                "http://a?x"
            })
    void addressThatIsNone_isRefused(String address) {
        assertThatThrownBy(() ->
                        bind(
                                "tidemark.cache",
                                CacheProperties.class,
                                Map.of("tidemark.cache.addresses", address)))
                .rootCause()
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("tidemark.cache.addresses");
    }
}
