package dev.tidemark.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Policy;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies in the database, and what is counted. */
class PoliciesIT {

    private final Service service = Service.shared();

    @AfterEach
    void forget() {
        Service.database().execute("DELETE FROM tidemark.cache_policy");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> service.get("/film/1").internal().cacheable());
    }

    @Test
    void policyOfATable_replacesTheConfigured() {
        Service.database()
                .execute(
                        "INSERT INTO tidemark.cache_policy VALUES"
                                + " ('film', false, NULL, NULL, NULL, NULL, false, NULL, NULL),"
                                + " ('public.payment', true, '5 s', '1 day 02:00', '1.5 s', false,"
                                + " false, '20 s', '2 h'),"
                                + " ('big', true, '2 h', NULL, NULL, NULL, false, NULL, NULL)");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        service.get("/payment").internal().cacheable()
                                && !service.get("/film/1").internal().cacheable());

        assertThat(service.get("/payment").internal().policy())
                .isEqualTo(
                        new Policy(
                                Duration.ofSeconds(5),
                                Duration.ofHours(26),
                                Duration.ofMillis(1500),
                                false,
                                Duration.ofSeconds(20),
                                Duration.ofHours(2)));
        assertThat(service.get("/payment_2023").internal().policy().softTtl())
                .as("a partition has its root's")
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(service.get("/big/1").internal().policy().hardTtl())
                .as("never shorter than the soft TTL")
                .isEqualTo(Duration.ofHours(2));
        assertThat(service.get("/drama").internal().cacheable())
                .as("a view is cached if all behind it may be")
                .isFalse();
        assertThat(service.get("/staff/1").internal().policy().softTtl())
                .isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void queries_areCountedUnderTheTablesName() {
        double before = queries("public.keyless");
        service.get("/keyless");
        service.get("/keyless?n=eq.1");
        service.get("/no_such_table");

        assertThat(queries("public.keyless")).isEqualTo(before + 2);
        assertThat(service.management("/actuator/prometheus").body())
                .doesNotContain("no_such_table")
                .contains("hikaricp_connections_active", "http_server_requests_seconds");
    }

    private double queries(String table) {
        String sample = "tidemark_origin_queries_total{table=\"" + table + "\"} ";
        return service.management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(sample))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
                .sum();
    }
}
