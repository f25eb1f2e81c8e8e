package dev.tidemark.retrieval.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Policy;
import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoliciesTest {

    private static final TablePolicy DEFAULTS =
            new TablePolicy(
                    new Policy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ZERO, true),
                    true);

    private static CachePolicy policy(
            String table, boolean cacheable, @Nullable Integer soft, @Nullable Integer hard) {
        return new CachePolicy(
                table,
                cacheable,
                soft == null ? null : Duration.ofSeconds(soft),
                hard == null ? null : Duration.ofSeconds(hard),
                null,
                null,
                false,
                null,
                null);
    }

    private static Table table(String name, List<String> rowNames, List<String> behind) {
        return new Table(
                new TableName("public", name),
                Table.Kind.TABLE,
                List.of(),
                List.of(),
                rowNames,
                behind);
    }

    @Test
    void policy_isTheTablesOwnThenWhatStandsBehindItThenTheDefault() {
        Policies policies =
                Policies.of(
                        DEFAULTS,
                        "public",
                        List.of(
                                policy("film", true, 5, null),
                                policy("public.actor", false, 10, 20),
                                policy("own_view", true, 1, 1)));

        assertThat(ttls(policies.of(table("film", List.of("public.film"), List.of()))))
                .isEqualTo("5/3600 true");
        assertThat(ttls(policies.of(table("other", List.of("public.other"), List.of()))))
                .isEqualTo("60/3600 true");
        List<String> behind = List.of("public.film", "public.actor");
        assertThat(ttls(policies.of(table("view", List.of(), behind)))).isEqualTo("5/20 false");
        assertThat(ttls(policies.of(table("own_view", List.of(), behind)))).isEqualTo("1/1 true");
    }

    @Test
    void policyWithOneTtl_bendsTheOtherToFit() {
        Policies policies =
                Policies.of(
                        DEFAULTS,
                        "public",
                        List.of(policy("a", true, 7200, null), policy("b", true, null, 30)));

        assertThat(ttls(policies.of(table("a", List.of("public.a"), List.of()))))
                .isEqualTo("7200/7200 true");
        assertThat(ttls(policies.of(table("b", List.of("public.b"), List.of()))))
                .isEqualTo("30/30 true");
    }

    @Test
    void whatIsTimeOnly_isStaleWhileRevalidated_onlyWhereItsTablesPolicySaysSo() {
        Policies policies =
                Policies.of(
                        new TablePolicy(
                                new Policy(
                                        Duration.ofSeconds(60),
                                        Duration.ofHours(1),
                                        Duration.ZERO,
                                        true,
                                        Duration.ofSeconds(10),
                                        Duration.ofHours(1)),
                                true),
                        "public",
                        List.of(
                                policy("plain", true, 5, null),
                                new CachePolicy(
                                        "own",
                                        true,
                                        null,
                                        null,
                                        null,
                                        null,
                                        false,
                                        Duration.ofSeconds(7),
                                        Duration.ofSeconds(8))));

        TablePolicy plain = policies.of(table("plain", List.of("public.plain"), List.of()));
        assertThat(plain.policy(true).staleWhileRevalidate()).hasSeconds(10);
        assertThat(plain.policy(false).staleWhileRevalidate()).isZero();
        assertThat(plain.policy(false).staleIfError()).hasHours(1);
        TablePolicy own = policies.of(table("own", List.of("public.own"), List.of()));
        assertThat(own.policy(false).staleWhileRevalidate()).hasSeconds(7);
        assertThat(own.policy(false).staleIfError()).hasSeconds(8);
        TablePolicy view = policies.of(table("v", List.of(), List.of("public.own", "public.x")));
        assertThat(view.policy(true).staleWhileRevalidate()).hasSeconds(7);
        assertThat(view.policy(false).staleWhileRevalidate()).isZero();
    }

    private static String ttls(TablePolicy policy) {
        return "%d/%d %b"
                .formatted(
                        policy.policy().softTtl().toSeconds(),
                        policy.policy().hardTtl().toSeconds(),
                        policy.cacheable());
    }
}
