package dev.tidemark.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A database that is not there, not there any more, slow, or busy; and a role that may only read.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutagesIT {

    @TempDir Path folder;

    @Test
    void service_survivesWhateverTheDatabaseDoes(CapturedOutput output) throws Exception {
        Path passwordFile = Files.writeString(folder.resolve("password"), "p@ss: wörd/%\n");
        int port = Ports.free();
        try (Service service = start(port, passwordFile)) {
            assertNotReadyYet(service);
            try (PostgresServer server =
                    PostgresServer.start(PostgresOptions.temporary().withPort(port))) {
                PostgresAddress address = server.createDatabase("shop");
                TestDatabase database =
                        new TestDatabase(
                                address.host(), port, "shop", "postgres", server.password());
                database.execute(Service.resource("/fixture.sql"));
                service.awaitReady();

                assertRoleThatMayOnlyReadIsEnough(service);
                assertSlowReadIsCancelled(service);
                assertFullLaneRefusesAtOnce(service);
                assertOutageIsToldAndEnds(service, server);
            }
        }
        assertThat(output).doesNotContain("\tat ");
    }

    private static Service start(int port, Path passwordFile) {
        return Service.start(
                Map.ofEntries(
                        Map.entry(
                                "tidemark.database.url",
                                "postgresql://tidemark_reader@127.0.0.1:" + port + "/shop"),
                        Map.entry("tidemark.database.password-file", passwordFile.toString()),
                        Map.entry("tidemark.lanes.lists.permits", "1"),
                        Map.entry("tidemark.lanes.lists.queue", "0"),
                        Map.entry("tidemark.lanes.lists.timeout", "1500ms"),
                        Map.entry("tidemark.lanes.streams.permits", "1")));
    }

    private static void assertNotReadyYet(Service service) {
        assertThat(service.management("/actuator/health/readiness").status()).isEqualTo(503);
        assertThat(service.management("/actuator/health/liveness").status()).isEqualTo(200);
        assertUnavailable(service.get("/film/1"));
    }

    private static void assertUnavailable(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.body())
                .contains("origin-unavailable")
                .doesNotContain("Exception", "tidemark_reader", "127.0.0.1");
    }

    private static void assertRoleThatMayOnlyReadIsEnough(Service service) {
        Reply row = service.get("/film/1");
        assertThat(row.status()).isEqualTo(200);
        assertThat(row.internal().cacheable()).isTrue();
        assertThat(row.internal().identity().incarnation()).isZero();
        assertThat(row.internal().policy().hardTtl()).isEqualTo(Duration.ofHours(1));
    }

    private static void assertSlowReadIsCancelled(Service service) {
        Reply cancelled = service.get("/slow");
        assertThat(cancelled.status()).isEqualTo(504);
        assertThat(cancelled.body()).contains("\"code\":\"57014\"");
        long start = System.nanoTime();
        Reply sooner = service.get("/slow", "Tidemark-Timeout", "200ms");
        assertThat(sooner.status()).isEqualTo(504);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1400));
        assertThat(service.get("/film/1", "Tidemark-Timeout", "0ms").status()).isEqualTo(504);
    }

    private static void assertFullLaneRefusesAtOnce(Service service)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> slow = threads.submit(() -> service.get("/slow"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() ->
                            service.management("/actuator/prometheus")
                                    .body()
                                    .contains(
                                            "tidemark_lanes_active{lane=\"lists\",server=\"primary\"} 1.0"));
            Reply refused = service.get("/film");
            assertThat(slow.isDone()).isFalse();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body()).contains("\"code\":\"TM503\"");
            assertThat(service.get("/film/1").status())
                    .as("rows have their own lane")
                    .isEqualTo(200);
            assertThat(slow.get().status()).isEqualTo(504);
        }
        assertThat(service.get("/film").status()).isEqualTo(200);
        assertThat(service.management("/actuator/prometheus").body())
                .contains("tidemark_lanes_rejected_total{lane=\"lists\",server=\"primary\"} 1.0");
    }

    private static void assertOutageIsToldAndEnds(Service service, PostgresServer server)
            throws IOException {
        server.kill();
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            replies.add(service.get("/film/1"));
        }
        assertThat(replies).allSatisfy(OutagesIT::assertUnavailable);
        assertThat(service.management("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(service.management("/actuator/health/readiness").status())
                .as("it can still say so, and at once")
                .isEqualTo(200);
        server.restart();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.get("/film/1").status() == 200);
        assertThat(service.get("/film").status()).isEqualTo(200);
    }
}
