package dev.tidemark.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.retrieval.database.LanesProperties;
import dev.tidemark.retrieval.database.LanesProperties.ListsProperties;
import dev.tidemark.retrieval.database.LanesProperties.RefreshProperties;
import dev.tidemark.retrieval.database.LanesProperties.RowsProperties;
import dev.tidemark.retrieval.database.LanesProperties.StreamsProperties;
import dev.tidemark.retrieval.database.LanesProperties.StrongProperties;
import dev.tidemark.retrieval.database.LanesProperties.WritesProperties;
import dev.tidemark.retrieval.policy.FreshnessProperties;
import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.FollowProperties;
import dev.tidemark.retrieval.write.WritableProperties;
import dev.tidemark.retrieval.write.WriteProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Every setting: its default, its name, and what it must not be. */
class PropertiesTest {

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate(prefix, type);
    }

    @Test
    void defaults_areThese() {
        assertThat(bind("tidemark", ExposureProperties.class, Map.of()))
                .isEqualTo(
                        new ExposureProperties(
                                List.of("public"), List.of(), Duration.ofSeconds(30)));
        assertThat(bind("tidemark.change", FollowProperties.class, Map.of()))
                .isEqualTo(new FollowProperties(true, "tidemark"));
        assertThat(bind("tidemark.limits", LimitsProperties.class, Map.of()))
                .isEqualTo(new LimitsProperties(1000, 10_000));
        assertThat(bind("tidemark.freshness", FreshnessProperties.class, Map.of()))
                .isEqualTo(
                        new FreshnessProperties(
                                Duration.ofSeconds(60),
                                Duration.ofHours(1),
                                Duration.ZERO,
                                true,
                                Duration.ofSeconds(10),
                                Duration.ofDays(49),
                                Duration.ofSeconds(10)));
        assertThat(bind("tidemark.lanes", LanesProperties.class, Map.of()))
                .isEqualTo(
                        new LanesProperties(
                                new RowsProperties(
                                        12, 2048, Duration.ofSeconds(1), Duration.ofSeconds(2)),
                                new ListsProperties(
                                        6, 512, Duration.ofSeconds(2), Duration.ofSeconds(10)),
                                new StrongProperties(
                                        4, 256, Duration.ofSeconds(1), Duration.ofSeconds(10)),
                                new RefreshProperties(
                                        2, 64, Duration.ofMillis(500), Duration.ofSeconds(10)),
                                new StreamsProperties(2, 0, Duration.ZERO, Duration.ofSeconds(60)),
                                new WritesProperties(
                                        6, 512, Duration.ofSeconds(1), Duration.ofSeconds(5))));
        assertThat(bind("tidemark", WritableProperties.class, Map.of()))
                .isEqualTo(new WritableProperties(List.of()));
        assertThat(bind("tidemark.writes", WriteProperties.class, Map.of()))
                .isEqualTo(new WriteProperties(1 << 20, 16 << 20, Duration.ofHours(24), true));
    }

    @Test
    void following_mapsAndRefusesNamelessPublications() {
        assertThat(
                        bind(
                                "tidemark.change",
                                FollowProperties.class,
                                Map.of(
                                        "tidemark.change.enabled",
                                        "false",
                                        "tidemark.change.publication",
                                        "mine")))
                .isEqualTo(new FollowProperties(false, "mine"));
        assertRefused(
                "tidemark.change",
                FollowProperties.class,
                "tidemark.change.publication",
                "x".repeat(64),
                "tidemark.change.publication");
    }

    @Test
    void names_mapToEverySetting() {
        assertThat(
                        bind(
                                "tidemark",
                                ExposureProperties.class,
                                Map.of(
                                        "tidemark.schemas",
                                        "shop, archive",
                                        "tidemark.hide",
                                        "staff.password,archive.secret",
                                        "tidemark.refresh-interval",
                                        "5s")))
                .isEqualTo(
                        new ExposureProperties(
                                List.of("shop", "archive"),
                                List.of("staff.password", "archive.secret"),
                                Duration.ofSeconds(5)));
        assertThat(
                        bind(
                                "tidemark.limits",
                                LimitsProperties.class,
                                Map.of(
                                        "tidemark.limits.default-rows",
                                        "5",
                                        "tidemark.limits.max-rows",
                                        "50")))
                .isEqualTo(new LimitsProperties(5, 50));
        assertThat(
                        bind(
                                "tidemark.freshness",
                                FreshnessProperties.class,
                                Map.of(
                                        "tidemark.freshness.soft-ttl", "1s",
                                        "tidemark.freshness.hard-ttl", "2m",
                                        "tidemark.freshness.client-max-age", "3s",
                                        "tidemark.freshness.reload-allowed", "false",
                                        "tidemark.freshness.stale-while-revalidate", "5s",
                                        "tidemark.freshness.stale-if-error", "6s",
                                        "tidemark.freshness.refresh-interval", "4s")))
                .isEqualTo(
                        new FreshnessProperties(
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(3),
                                false,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(4)));
        assertThat(
                        bind(
                                "tidemark.lanes",
                                LanesProperties.class,
                                Map.of(
                                        "tidemark.lanes.rows.permits", "1",
                                        "tidemark.lanes.lists.queue", "2",
                                        "tidemark.lanes.lists.queue-timeout", "3s",
                                        "tidemark.lanes.streams.timeout", "4s",
                                        "tidemark.lanes.writes.permits", "3")))
                .isEqualTo(
                        new LanesProperties(
                                new RowsProperties(
                                        1, 2048, Duration.ofSeconds(1), Duration.ofSeconds(2)),
                                new ListsProperties(
                                        6, 2, Duration.ofSeconds(3), Duration.ofSeconds(10)),
                                new StrongProperties(
                                        4, 256, Duration.ofSeconds(1), Duration.ofSeconds(10)),
                                new RefreshProperties(
                                        2, 64, Duration.ofMillis(500), Duration.ofSeconds(10)),
                                new StreamsProperties(2, 0, Duration.ZERO, Duration.ofSeconds(4)),
                                new WritesProperties(
                                        3, 512, Duration.ofSeconds(1), Duration.ofSeconds(5))));
        assertThat(
                        bind(
                                "tidemark.writes",
                                WriteProperties.class,
                                Map.of(
                                        "tidemark.writes.body-bytes-max", "1",
                                        "tidemark.writes.answer-bytes-max", "2",
                                        "tidemark.writes.idempotency-ttl", "3s",
                                        "tidemark.writes.error-details", "false")))
                .isEqualTo(new WriteProperties(1, 2, Duration.ofSeconds(3), false));
        assertThat(
                        bind(
                                        "tidemark",
                                        WritableProperties.class,
                                        Map.of("tidemark.writable", "film, shop.actor"))
                                .writable())
                .containsExactly("film", "shop.actor");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tidemark.schemas | pg_catalog | never served",
                "tidemark.schemas | information_schema | never served",
                "tidemark.schemas | public,tidemark | never served",
                "tidemark.schemas | '' | at least one",
                "tidemark.schemas | 'a,,b' | empty name",
                "tidemark.hide | a.b.c.d | tidemark.hide has 'a.b.c.d'",
                "tidemark.hide | .b | tidemark.hide has '.b'",
                "tidemark.refresh-interval | 0s | tidemark.refresh-interval",
            })
    void exposureThatIsWrong_isRefused(String name, String value, String message) {
        assertRefused("tidemark", ExposureProperties.class, name, value, message);
    }

    @ParameterizedTest
    @CsvSource({
        "default-rows, 0, tidemark.limits.default-rows",
        "default-rows, 20000, tidemark.limits.max-rows",
        "max-rows, 1, tidemark.limits.max-rows",
    })
    void limitThatIsWrong_isRefused(String name, String value, String message) {
        assertRefused(
                "tidemark.limits",
                LimitsProperties.class,
                "tidemark.limits." + name,
                value,
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "soft-ttl, -1s, tidemark.freshness.soft-ttl",
        "soft-ttl, 2h, tidemark.freshness.hard-ttl",
        "hard-ttl, 50d, tidemark.freshness.hard-ttl",
        "client-max-age, -1s, tidemark.freshness.client-max-age",
        "client-max-age, 50d, tidemark.freshness.client-max-age",
        "stale-while-revalidate, -1s, tidemark.freshness.stale-while-revalidate",
        "stale-while-revalidate, 50d, tidemark.freshness.stale-while-revalidate",
        "stale-if-error, -1s, tidemark.freshness.stale-if-error",
        "stale-if-error, 50d, tidemark.freshness.stale-if-error",
        "refresh-interval, 0s, tidemark.freshness.refresh-interval",
    })
    void freshnessThatIsWrong_isRefused(String name, String value, String message) {
        assertRefused(
                "tidemark.freshness",
                FreshnessProperties.class,
                "tidemark.freshness." + name,
                value,
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "rows.permits, 0",
        "lists.queue, -1",
        "streams.queue-timeout, -1s",
        "rows.timeout, 0s",
        "writes.permits, 0",
        "strong.permits, 0",
        "refresh.timeout, 0s",
        "lists.timeout, 2h"
    })
    void laneThatIsWrong_isRefused(String name, String value) {
        assertRefused(
                "tidemark.lanes",
                LanesProperties.class,
                "tidemark.lanes." + name,
                value,
                "tidemark.lanes." + name);
    }

    @ParameterizedTest
    @CsvSource({
        "body-bytes-max, 0",
        "answer-bytes-max, 0",
        "idempotency-ttl, 0s",
    })
    void writeBoundThatIsWrong_isRefused(String name, String value) {
        assertRefused(
                "tidemark.writes",
                WriteProperties.class,
                "tidemark.writes." + name,
                value,
                "tidemark.writes." + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"*,film | * stands for all", "a.b.c | 'a.b.c'", ".a | '.a'"})
    void writableThatIsWrong_isRefused(String value, String message) {
        assertRefused("tidemark", WritableProperties.class, "tidemark.writable", value, message);
    }

    private static void assertRefused(
            String prefix, Class<?> type, String name, String value, String message) {
        assertThatThrownBy(() -> bind(prefix, type, Map.of(name, value)))
                .rootCause()
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(message);
    }
}
