package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.retrieval.Reply;
import dev.tidemark.retrieval.RetrievalApplication;
import dev.tidemark.retrieval.Service;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The capture inside of the service. */
class CompletenessIT {

    @TestConfiguration(proxyBeanMethods = false)
    static class Tables {
        @Bean
        @Primary
        FollowedTables publishedTables() {
            return new PublishedTables("tidemark");
        }
    }

    @Test
    void instanceThatHoldsTheSlot_saysHowCompleteTheLogIs() throws Exception {
        TestDatabase database = Backends.postgres().freshDatabase();
        database.execute(
                "CREATE TABLE film (film_id int PRIMARY KEY); INSERT INTO film VALUES (1)");
        try (FakeLog log = new FakeLog();
                Service service =
                        Service.start(
                                Map.of(
                                        "tidemark.database.url",
                                        database.url(),
                                        "tidemark.cache.addresses",
                                        log.address().toString(),
                                        "tidemark.change.slot",
                                        "completeness_it",
                                        "tidemark.change.temporary",
                                        "true"),
                                RetrievalApplication.class,
                                Tables.class)) {
            service.awaitReady();
            Captures.await()
                    .until(() -> service.send("GET", "/internal/v1/completeness").status() == 200);
            Reply reply = service.send("GET", "/internal/v1/completeness");
            Completeness known = LogCodec.decodeCompleteness(ByteBuffer.wrap(reply.bytes()));
            assertThat(reply.header("Content-Type")).isEqualTo(LogCodec.MEDIA_TYPE);
            assertThat(known.staleness()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
            assertThat(known.position().generation())
                    .isEqualTo(log.follower().position().generation());

            double demanded = demanded(service);
            assertThat(service.send("POST", "/internal/v1/heartbeats").status()).isEqualTo(204);
            Captures.await().until(() -> demanded(service) == demanded + 1);

            // Answers and log are of one history, once the catalogue knows of the incarnation.
            Captures.await()
                    .until(() -> service.get("/film/1").internal().identity().incarnation() != 0);
            assertThat(service.get("/film/1").internal().identity())
                    .isEqualTo(log.follower().identity());
            assertThat(service.management("/actuator/prometheus").body())
                    .contains(
                            "tidemark_change_holding 1.0",
                            "tidemark_change_records_total{",
                            "tidemark_change_heartbeat_age_seconds",
                            "tidemark_slot_wal_bytes",
                            "tidemark_writer_oldest_age_seconds",
                            "tidemark_change_reconnects_total");
        }
    }

    @Test
    void instanceWithoutTheSlot_hasNothingToSay() {
        Reply reply = Service.shared().send("GET", "/internal/v1/completeness");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(Service.shared().send("POST", "/internal/v1/heartbeats").status())
                .isEqualTo(404);
    }

    private static double demanded(Service service) {
        return service.management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidemark_heartbeats_demanded_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
