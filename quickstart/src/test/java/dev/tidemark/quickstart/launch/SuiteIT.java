package dev.tidemark.quickstart.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path temp;
    private final Queue<String> notices = new ConcurrentLinkedQueue<>();

    @Test
    void part_thatDies_isStartedAgain_andAllEndInOrder() throws Exception {
        Path journal = temp.resolve("journal");
        SuiteOptions options =
                SuiteOptions.sample(FakeService.home(temp)).withHidden(List.of("customer.phone"));
        for (String service : List.of(Service.ORIGIN, Service.CACHE, Service.GATEWAY)) {
            options = options.withProperty(service, "fake.journal", journal.toString());
        }
        List<Long> pids;
        try (Suite suite = Suite.start(options, progress())) {
            assertThat(suite.exampleTargets())
                    .containsExactly(
                            "/rest/v1/product/1",
                            "/rest/v1/product?select=id,name,price&status=eq.active&order=price.desc.nullslast&limit=5",
                            "/rest/v1/product_overview?limit=3");

            Part cache = suite.cacheService();
            long first = cache.pid();
            cache.kill();
            await().atMost(PATIENCE).until(() -> cache.pid() != first && cache.isReady());
            assertThat(notices)
                    .contains(
                            "cache-service ended (status 137); starting it again in 0.5 s\n    fake service of cache-service.properties");

            suite.gateway().holdDown();
            assertThat(suite.gateway().isReady()).isFalse();
            suite.gateway().start();
            suite.gateway().awaitReady();

            suite.postgres().kill();
            await().atMost(PATIENCE).until(() -> answers(suite.database()));
            Part node =
                    suite.parts().stream()
                            .filter(part -> part.name().startsWith("Redis"))
                            .findFirst()
                            .orElseThrow();
            long killed = node.pid();
            node.kill();
            await().atMost(PATIENCE).until(() -> node.pid() != killed && node.isReady());

            pids = suite.parts().stream().map(Part::pid).toList();
            assertThat(pids).hasSize(10);
        }
        assertThat(pids).noneMatch(SuiteIT::isAlive);
        // The cache-service that was killed and the gateway that was held down wrote nothing.
        assertThat(FakeService.journal(journal))
                .containsExactly(
                        "gateway.properties",
                        "cache-service.properties",
                        "data-retrieval-service.properties");
    }

    @Test
    void services_ofAnotherVersion_areUpdatedWhenTheyAreStartedAgain() throws Exception {
        Path before = FakeService.home(temp.resolve("before"), "0.9");
        SuiteOptions options =
                SuiteOptions.sample(FakeService.home(temp.resolve("now"))).withBefore(before);
        try (Suite suite = Suite.start(options, progress())) {
            Part cache = suite.cacheService();
            long first = cache.pid();
            cache.kill();
            await().atMost(PATIENCE).until(() -> cache.pid() != first && cache.isReady());
            assertThat(cache.log())
                    .content()
                    .containsSubsequence(
                            "fake service of cache-service.properties, version 0.9\n",
                            "fake service of cache-service.properties\n");
            assertThat(suite.gateway().log())
                    .hasContent("fake service of gateway.properties, version 0.9");
        }
    }

    @Test
    void service_thatEndsAtStart_failsTheStartWithItsLog() throws Exception {
        SuiteOptions options =
                SuiteOptions.sample(FakeService.home(temp))
                        .withProperty(Service.CACHE, "fake.failure", "no, thank you");
        assertThatThrownBy(() -> Suite.start(options, progress()))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "cache-service ended at start (status 3)\n    fake service of cache-service.properties\n    no, thank you");
    }

    @Test
    void existingDatabase_thatCannotBeServed_isRefusedAheadOfAnyWork() throws Exception {
        SuiteOptions options = SuiteOptions.sample(FakeService.home(temp));
        try (PostgresServer server = PostgresServer.start(PostgresOptions.temporary())) {
            PostgresAddress address = server.address("postgres");
            String place = "PostgreSQL at 127.0.0.1:" + server.port();
            assertRefused(
                    options.withDatabase(address.withPassword("wrong")),
                    place + " does not accept the password of user \"postgres\"");
            assertRefused(
                    options.withDatabase(address.withPassword(null)),
                    place + " asks for a password: give it in the URL, PGPASSWORD or ~/.pgpass");
            assertRefused(
                    options.withDatabase(address.withDatabase("nope")),
                    place + " has no database \"nope\"");
            assertRefused(
                    options.withDatabase(address).withHidden(List.of("nope.x")),
                    "--hide: there is no table or column nope.x in public");
        }
        assertRefused(
                options.withDatabase(
                        new PostgresAddress("127.0.0.1", 1, "a", "b", null, java.util.Map.of())),
                "cannot reach PostgreSQL at 127.0.0.1:1: connection refused");
        assertRefused(
                options.withDump(temp.resolve("none.sql")),
                temp.resolve("none.sql") + ": no such file");
        Files.delete(temp.resolve("gateway/target/gateway/gateway.jar"));
        assertRefused(
                options,
                temp.resolve("gateway/target/gateway/gateway.jar")
                        + " is missing: start with ./tidemark, which builds it");
    }

    private void assertRefused(SuiteOptions options, String message) {
        assertThatThrownBy(() -> Suite.start(options, progress())).hasMessage(message);
    }

    private static boolean answers(PostgresAddress database) {
        try (var connection = database.connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private Progress progress() {
        return new Progress() {
            @Override
            public void done(String what, String detail, Duration time) {}

            @Override
            public void notice(String text) {
                notices.add(text);
            }
        };
    }
}
