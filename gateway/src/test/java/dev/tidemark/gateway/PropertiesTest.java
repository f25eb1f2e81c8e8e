package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.gateway.aside.ReadProperties;
import dev.tidemark.gateway.aside.RefreshProperties;
import dev.tidemark.gateway.aside.ReloadProperties;
import dev.tidemark.gateway.check.CheckProperties;
import dev.tidemark.gateway.compression.CompressionProperties;
import dev.tidemark.gateway.connection.ConnectionProperties;
import dev.tidemark.gateway.feed.FeedProperties;
import dev.tidemark.gateway.guard.GuardProperties;
import dev.tidemark.gateway.hot.HotProperties;
import dev.tidemark.gateway.near.NearProperties;
import dev.tidemark.gateway.origin.OriginProperties;
import dev.tidemark.gateway.resilience.BreakerProperties;
import dev.tidemark.gateway.route.CorsProperties;
import dev.tidemark.gateway.security.SecurityProperties;
import dev.tidemark.gateway.security.SecurityProperties.UncheckedCredentials;
import dev.tidemark.gateway.session.TokenProperties;
import dev.tidemark.gateway.shared.SharedProperties;
import dev.tidemark.gateway.write.WriteProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

/** The defaults, the full mapping and every rejected value of each settings record. */
class PropertiesTest {

    private static final List<Class<?>> ALL =
            List.of(
                    BreakerProperties.class,
                    CheckProperties.class,
                    CompressionProperties.class,
                    ConnectionProperties.class,
                    CorsProperties.class,
                    FeedProperties.class,
                    GuardProperties.class,
                    HotProperties.class,
                    NearProperties.class,
                    OriginProperties.class,
                    ReadProperties.class,
                    RefreshProperties.class,
                    ReloadProperties.class,
                    SecurityProperties.class,
                    SharedProperties.class,
                    TokenProperties.class,
                    WriteProperties.class);

    private static <T> T bind(Class<T> type, Map<String, String> settings) {
        String prefix = type.getAnnotation(ConfigurationProperties.class).value();
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate(prefix, type);
    }

    @Test
    void defaults() {
        assertThat(ALL.stream().map(type -> (Object) bind(type, Map.of())))
                .containsExactly(
                        new BreakerProperties(20, 10, 50, Duration.ofSeconds(1), 3),
                        new CheckProperties(
                                1,
                                List.of(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(60)),
                                2,
                                256,
                                DataSize.ofMegabytes(8)),
                        new CompressionProperties(DataSize.ofKilobytes(1)),
                        new ConnectionProperties(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30)),
                        new CorsProperties(List.of(), Duration.ofHours(1)),
                        new FeedProperties(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(2),
                                Duration.ofMillis(100)),
                        new GuardProperties(50, 500, 500, 2000, 100_000, List.of()),
                        new HotProperties(
                                100,
                                100,
                                Duration.ofSeconds(10),
                                DataSize.ofMegabytes(8),
                                Duration.ofMillis(100)),
                        new NearProperties(DataSize.ofMegabytes(64), 1 << 20),
                        new OriginProperties(
                                List.of("http://127.0.0.1:9001"), 128, 2048, Duration.ofSeconds(1)),
                        new ReadProperties(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1),
                                10_000),
                        new RefreshProperties(1, 0.1, 32),
                        new ReloadProperties(16, 64),
                        new SecurityProperties(
                                List.of(),
                                null,
                                new SecurityProperties.Jwt(null, null, null, null, null),
                                UncheckedCredentials.REJECT),
                        new SharedProperties(
                                List.of("http://127.0.0.1:9002"),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(2),
                                64,
                                64,
                                Duration.ofMillis(500)),
                        new TokenProperties(null, null, false, Duration.ofMillis(50)),
                        new WriteProperties(
                                1 << 20, 64, 1024, Duration.ofSeconds(10), Duration.ofSeconds(30)));
    }

    @Test
    void mapping() {
        assertThat(
                        bind(
                                OriginProperties.class,
                                Map.of(
                                        "tidemark.origin.addresses", "http://a:1,b:2",
                                        "tidemark.origin.concurrency-max", "7",
                                        "tidemark.origin.waiting-max", "0",
                                        "tidemark.origin.connect-timeout", "50ms")))
                .isEqualTo(
                        new OriginProperties(
                                List.of("http://a:1", "b:2"), 7, 0, Duration.ofMillis(50)));
        assertThat(
                        bind(
                                ConnectionProperties.class,
                                Map.of(
                                        "tidemark.connection.head-timeout", "1s",
                                        "tidemark.connection.body-timeout", "2s",
                                        "tidemark.connection.stall-timeout", "3s")))
                .isEqualTo(
                        new ConnectionProperties(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3)));
        assertThat(
                        bind(
                                CheckProperties.class,
                                Map.of(
                                        "tidemark.check.rate", "0.5",
                                        "tidemark.check.windows", "100ms,2m",
                                        "tidemark.check.concurrency-max", "1",
                                        "tidemark.check.pending-max", "7",
                                        "tidemark.check.size", "1MB")))
                .isEqualTo(
                        new CheckProperties(
                                0.5,
                                List.of(Duration.ofMillis(100), Duration.ofMinutes(2)),
                                1,
                                7,
                                DataSize.ofMegabytes(1)));
        assertThat(
                        bind(
                                CompressionProperties.class,
                                Map.of("tidemark.compression.body-bytes-min", "1048577B")))
                .isEqualTo(new CompressionProperties(DataSize.ofBytes((1 << 20) + 1)));
        assertThat(
                        bind(
                                GuardProperties.class,
                                Map.of(
                                        "tidemark.guard.client-rate", "1",
                                        "tidemark.guard.client-burst", "2",
                                        "tidemark.guard.rate", "3",
                                        "tidemark.guard.burst", "4",
                                        "tidemark.guard.clients-max", "5",
                                        "tidemark.guard.trusted-proxies", "10.0.0.0/8, ::1")))
                .isEqualTo(new GuardProperties(1, 2, 3, 4, 5, List.of("10.0.0.0/8", "::1")));
        assertThat(
                        bind(
                                HotProperties.class,
                                Map.of(
                                        "tidemark.hot.rate", "1",
                                        "tidemark.hot.keys-max", "2",
                                        "tidemark.hot.keep", "3s",
                                        "tidemark.hot.size", "4MB",
                                        "tidemark.hot.refresh-pause", "5ms")))
                .isEqualTo(
                        new HotProperties(
                                1,
                                2,
                                Duration.ofSeconds(3),
                                DataSize.ofMegabytes(4),
                                Duration.ofMillis(5)));
        assertThat(
                        bind(
                                RefreshProperties.class,
                                Map.of(
                                        "tidemark.refresh.beta", "0.5",
                                        "tidemark.refresh.jitter", "0",
                                        "tidemark.refresh.concurrency", "0")))
                .isEqualTo(new RefreshProperties(0.5, 0, 0));
        assertThat(
                        bind(
                                TokenProperties.class,
                                Map.of(
                                        "tidemark.token.key-file", "/key",
                                        "tidemark.token.other-key-file", "/other",
                                        "tidemark.token.cookie", "true",
                                        "tidemark.token.wait", "0")))
                .isEqualTo(
                        new TokenProperties(
                                Path.of("/key"), Path.of("/other"), true, Duration.ZERO));
        assertThat(bind(SharedProperties.class, Map.of("tidemark.cache.addresses", "")).addresses())
                .isEmpty();
        assertThat(
                        bind(
                                SecurityProperties.class,
                                Map.of(
                                        "tidemark.security.api-keys", "a,b",
                                        "tidemark.security.api-keys-file", "/keys",
                                        "tidemark.security.jwt.jwk-set-uri", "https://i/jwks",
                                        "tidemark.security.jwt.issuer", "https://i",
                                        "tidemark.security.jwt.audience", "shop",
                                        "tidemark.security.unchecked-credentials", "bypass")))
                .isEqualTo(
                        new SecurityProperties(
                                List.of("a", "b"),
                                Path.of("/keys"),
                                new SecurityProperties.Jwt(
                                        null, null, "https://i/jwks", "https://i", "shop"),
                                UncheckedCredentials.BYPASS));
    }

    static Stream<Map.Entry<String, String>> rejected() {
        return Stream.of(
                Map.entry("tidemark.breaker.window", "0"),
                Map.entry("tidemark.breaker.calls-min", "21"),
                Map.entry("tidemark.breaker.failure-percent", "101"),
                Map.entry("tidemark.breaker.open-for", "0s"),
                Map.entry("tidemark.breaker.trials", "0"),
                Map.entry("tidemark.check.rate", "-1"),
                Map.entry("tidemark.check.rate", "1001"),
                Map.entry("tidemark.check.rate", "NaN"),
                Map.entry("tidemark.check.windows", ""),
                Map.entry("tidemark.check.windows", "0s"),
                Map.entry("tidemark.check.windows", "5s,1s"),
                Map.entry("tidemark.check.concurrency-max", "0"),
                Map.entry("tidemark.check.pending-max", "0"),
                Map.entry("tidemark.check.size", "0"),
                Map.entry("tidemark.compression.body-bytes-min", "0"),
                Map.entry("tidemark.compression.body-bytes-min", "2MB"),
                Map.entry("tidemark.connection.head-timeout", "0"),
                Map.entry("tidemark.connection.body-timeout", "0"),
                Map.entry("tidemark.connection.stall-timeout", "-1s"),
                Map.entry("tidemark.cors.allowed-origins", "*,https://a.example"),
                Map.entry("tidemark.cors.allowed-origins", "shop.example"),
                Map.entry("tidemark.cors.allowed-origins", "https://shop.example/path"),
                Map.entry("tidemark.cors.preflight-max-age", "-1s"),
                Map.entry("tidemark.guard.client-rate", "0"),
                Map.entry("tidemark.guard.client-burst", "0"),
                Map.entry("tidemark.guard.rate", "49"),
                Map.entry("tidemark.guard.burst", "499"),
                Map.entry("tidemark.guard.clients-max", "0"),
                Map.entry("tidemark.guard.trusted-proxies", "lb.example"),
                Map.entry("tidemark.guard.trusted-proxies", "10.0.0.0/33"),
                Map.entry("tidemark.guard.trusted-proxies", "10.0.0.0/x"),
                Map.entry("tidemark.hot.rate", "0"),
                Map.entry("tidemark.hot.keys-max", "-1"),
                Map.entry("tidemark.hot.keep", "300ms"),
                Map.entry("tidemark.hot.size", "-1"),
                Map.entry("tidemark.hot.refresh-pause", "0"),
                Map.entry("tidemark.near.size", "0"),
                Map.entry("tidemark.near.tag-slots", "1000"),
                Map.entry("tidemark.origin.addresses", "nowhere"),
                Map.entry("tidemark.origin.addresses", ""),
                Map.entry("tidemark.origin.concurrency-max", "0"),
                Map.entry("tidemark.origin.waiting-max", "-1"),
                Map.entry("tidemark.origin.connect-timeout", "0"),
                Map.entry("tidemark.read.deadline", "0"),
                Map.entry("tidemark.read.deadline", "1m"),
                Map.entry("tidemark.read.lease-wait", "-1s"),
                Map.entry("tidemark.read.pass-for", "-1s"),
                Map.entry("tidemark.read.contested-for", "-1s"),
                Map.entry("tidemark.read.pass-marks-max", "0"),
                Map.entry("tidemark.refresh.beta", "-1"),
                Map.entry("tidemark.refresh.beta", "NaN"),
                Map.entry("tidemark.refresh.jitter", "0.6"),
                Map.entry("tidemark.refresh.concurrency", "-1"),
                Map.entry("tidemark.feed.staleness-max", "0"),
                Map.entry("tidemark.feed.silence-max", "0"),
                Map.entry("tidemark.feed.ask-every", "0"),
                Map.entry("tidemark.reload.concurrency", "0"),
                Map.entry("tidemark.reload.waiting-max", "-1"),
                Map.entry("tidemark.token.wait", "-1ms"),
                Map.entry("tidemark.security.jwt.issuer", "x"),
                Map.entry("tidemark.cache.addresses", "https://a:1"),
                Map.entry("tidemark.cache.lookup-timeout", "0"),
                Map.entry("tidemark.cache.fill-timeout", "0"),
                Map.entry("tidemark.cache.batches-max", "0"),
                Map.entry("tidemark.cache.fills-max", "0"),
                Map.entry("tidemark.cache.connect-timeout", "0"),
                Map.entry("tidemark.write.body-bytes-max", "0"),
                Map.entry("tidemark.write.concurrency-max", "0"),
                Map.entry("tidemark.write.waiting-max", "-1"),
                Map.entry("tidemark.write.deadline", "0"),
                Map.entry("tidemark.write.deadline-max", "1s"));
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void rejectedValue_isNamed(Map.Entry<String, String> setting) {
        Class<?> type =
                ALL.stream()
                        .filter(candidate ->
                                setting.getKey()
                                        .startsWith(
                                                candidate
                                                        .getAnnotation(
                                                                ConfigurationProperties.class)
                                                        .value()))
                        .findFirst()
                        .orElseThrow();

        assertThatThrownBy(() -> bind(type, Map.of(setting.getKey(), setting.getValue())))
                .isInstanceOf(BindException.class)
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class);
    }
}
