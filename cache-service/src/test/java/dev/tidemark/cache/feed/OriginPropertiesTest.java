package dev.tidemark.cache.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OriginPropertiesTest {

    @Test
    void default_isThisMachine() {
        assertThat(bind(Map.of()).uris()).containsExactly(URI.create("http://127.0.0.1:9001"));
    }

    @Test
    void addresses_mayBeSeveralOrNone() {
        assertThat(
                        bind(Map.of("tidemark.origin.addresses", "http://a:1, b:2,http://[::1]:3/"))
                                .uris())
                .containsExactly(
                        URI.create("http://a:1"),
                        URI.create("http://b:2"),
                        URI.create("http://[::1]:3/"));
        assertThat(bind(Map.of("tidemark.origin.addresses", "")).uris()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a", "https://a:1", "http://a:1/x", "http://a:0", "a b:1"})
    void whatIsNoAddress_isRefused(String address) {
        assertThatThrownBy(() -> bind(Map.of("tidemark.origin.addresses", address)))
                .rootCause()
                .hasMessageContaining("http://host:port");
    }

    private static OriginProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("tidemark.origin", OriginProperties.class);
    }
}
