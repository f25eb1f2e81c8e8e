package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Many who want the same at once, through three gateways; and one who wants what is not there. */
@Order(SharedSuite.BEFORE_IT_STARTS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StampedeIT {

    private static final int GATEWAYS = 3;

    /** To each gateway. */
    private static final int REQUESTS = 1000;

    /** What one client may look for that is not there, at once and a second. */
    private static final int GUARD_BURST = 300;

    private static final int GUARD_RATE = 10;

    /** Of the walk through missing keys. */
    private static final int UNDER_WAY = 32;

    /** {@code -Dguard.keys=100000} for all of them. */
    private static final int MISSING_KEYS = Integer.getInteger("guard.keys", 800);

    /**
     * What all leases last here, so that they outlast the pauses of a machine on which thousands of
     * requests and all services share two cores: a dead gateway holds nobody up for longer.
     */
    private static final Duration LEASE_MAX = Duration.ofSeconds(8);

    /** For a fetch on a busy machine. */
    private static final Duration FETCH_MAX = Duration.ofSeconds(3);

    private static final String ORIGIN = "data-retrieval-service";
    private static final String CACHE = "cache-service";

    /** What a cache has, and without consequences: nothing is fetched or kept. */
    private static final String[] LOOK = {"Cache-Control", "only-if-cached, no-store"};

    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    /** Read once at the start, so that its soft TTL is over when the other tests are. */
    private static final String EXPIRING = "/rest/v1/brief/1";

    @SuppressWarnings("NullAway.Init")
    private static Suite suite;

    @BeforeAll
    static void start() throws SQLException {
        suite =
                Suite.start(
                        SuiteOptions.sample(RunningSuite.HOME.toAbsolutePath().normalize())
                                .withInstances("gateway", GATEWAYS)
                                // Queries are counted.
                                .withProperty("gateway", "tidemark.check.rate", "0")
                                .withProperty("gateway", "tidemark.read.deadline", "25s")
                                // Thousands of requests share two cores with all services: leases
                                // are to work all the same.
                                .withProperty("gateway", "tidemark.cache.lookup-timeout", "10s")
                                .withProperty("gateway", "tidemark.cache.fill-timeout", "10s")
                                .withProperty("gateway", "tidemark.read.lease-wait", "22s")
                                // And what they starve is not to make the log's word too old:
                                // what nobody vouches for is waited for.
                                .withProperty("gateway", "tidemark.feed.staleness-max", "60s")
                                .withProperty("gateway", "tidemark.feed.silence-max", "20s")
                                .withProperty(CACHE, "tidemark.redis.command-timeout", "10s")
                                .withProperty(
                                        CACHE,
                                        "tidemark.leases.timeout-min",
                                        LEASE_MAX.toMillis() + "ms")
                                .withProperty(
                                        CACHE,
                                        "tidemark.leases.timeout",
                                        LEASE_MAX.toMillis() + "ms")
                                .withProperty(
                                        "gateway", "tidemark.guard.trusted-proxies", "127.0.0.1")
                                .withProperty(
                                        "gateway", "tidemark.guard.client-burst", "" + GUARD_BURST)
                                .withProperty(
                                        "gateway", "tidemark.guard.client-rate", "" + GUARD_RATE)
                                // Fetches wait for locks that the tests hold.
                                .withProperty(ORIGIN, "tidemark.lanes.rows.timeout", "30s")
                                .withProperty(ORIGIN, "tidemark.lanes.refresh.timeout", "30s")
                                .withProperty(ORIGIN, "tidemark.database.lock-timeout", "30s"),
                        Progress.silent());
        execute(
                """
                CREATE TABLE hot (id int PRIMARY KEY, value text NOT NULL);
                INSERT INTO hot SELECT i, 'first' FROM generate_series(1, 1000) i;
                CREATE TABLE brief (id int PRIMARY KEY, value text NOT NULL);
                INSERT INTO brief SELECT i, 'first' FROM generate_series(1, 1000) i;
                INSERT INTO tidemark.cache_policy (table_name, soft_ttl, stale_while_revalidate)
                VALUES ('brief', '10 s', '60 s');
                """);
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            for (String table : List.of("hot", "brief")) {
                int of = gateway;
                String target = "/rest/v1/" + table + "/1000";
                await().atMost(Duration.ofSeconds(30))
                        .until(() ->
                                get(of, target).statusCode() == 200
                                        && status(get(of, target)).startsWith("tidemark-near; hit")
                                        && !status(get(of, target)).contains("time-only"));
            }
        }
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            assertThat(get(gateway, EXPIRING).statusCode()).isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        suite.close();
    }

    /** The table cannot be read until it is closed. */
    private static final class Locked implements AutoCloseable {

        private final Connection connection;

        Locked(String table) throws SQLException {
            connection = suite.database().connect();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** Keys that were looked for in the database, several by one statement or not. */
    private static double looked() {
        return queries("hot")
                + metric(ORIGIN, "tidemark_origin_gathered_total", "table=\"public.hot\"");
    }

    private static double filled() {
        return metric(CACHE, "tidemark_fills_total", "outcome=\"stored\"");
    }

    @Test
    @Order(1)
    void invalidation_ofAKeyThatThousandsRead_isOneQueryThatBeganAfterIt() throws Exception {
        String target = "/rest/v1/hot/2";
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            assertThat(get(gateway, target).body()).contains("first");
        }
        execute("UPDATE hot SET value = 'second' WHERE id = 2");
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            int of = gateway;
            await().until(() -> get(of, target, LOOK).statusCode() == 504);
        }
        double before = queries("hot");
        List<HttpResponse<String>> answers = everybodyReads(target);

        assertThat(answers)
                .allSatisfy(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).contains("second");
                });
        assertThat(queries("hot")).isEqualTo(before + 1);
    }

    @Test
    @Order(2)
    void missingRow_isANegativeEntryInBothCaches_andAnInsertShowsAtOnce() throws SQLException {
        String target = "/rest/v1/hot/5000";
        double before = queries("hot");
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            assertThat(get(gateway, target).statusCode()).isEqualTo(404);
            assertThat(status(get(gateway, target))).startsWith("tidemark-near; hit");
        }
        assertThat(queries("hot")).isEqualTo(before + 1);
        execute("INSERT INTO hot VALUES (5000, 'inserted')");

        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            int of = gateway;
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> get(of, target).body().contains("inserted"));
        }
    }

    @Test
    @Order(3)
    void expiry_ofAKeyThatThousandsRead_isOneQuery_andNobodyWaitsForIt() throws Exception {
        String target = EXPIRING;
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            int of = gateway;
            await().atMost(Duration.ofSeconds(25))
                    .until(() -> status(get(of, target, LOOK)).contains("revalidate"));
        }
        double before = queries("brief");
        double fills = filled();
        List<HttpResponse<String>> answers;
        try (Locked locked = new Locked("brief")) {
            answers = everybodyReads(target);
            await().untilAsserted(() -> {
                assertThat(queries("brief")).isEqualTo(before + 1);
                assertThat(running()).as("fetches under way").isEqualTo(1);
            });
        }
        await().until(() -> running() == 0 && filled() > fills);

        assertThat(answers).hasSize(GATEWAYS * REQUESTS);
        assertThat(answers)
                .as("answered while the table could not be read")
                .allSatisfy(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(status(answer)).contains("hit").contains("stale-while-revalidate");
                });
    }

    @Test
    @Order(4)
    void walkThroughMissingKeys_reachesTheDatabaseAtTheGuardsRate_andHarmsNobodyElse()
            throws Exception {
        String[] walker = {"X-Forwarded-For", "198.51.100.1"};
        String[] other = {"X-Forwarded-For", "198.51.100.2"};
        double before = looked();
        long began = System.nanoTime();
        Semaphore underWay = new Semaphore(UNDER_WAY);
        List<CompletableFuture<HttpResponse<String>>> underWayOrDone = new ArrayList<>();
        for (int key = 0; key < MISSING_KEYS; key++) {
            underWay.acquire();
            underWayOrDone.add(
                    getAsync(0, "/rest/v1/hot/" + (1_000_000 + key), walker)
                            .whenComplete((_, _) -> underWay.release()));
        }
        List<HttpResponse<String>> answers =
                underWayOrDone.stream().map(CompletableFuture::join).toList();
        double seconds = (System.nanoTime() - began) / 1e9;
        double looked = looked() - before;

        assertThat(answers)
                .extracting(HttpResponse::statusCode)
                .containsOnly(404, 429)
                .filteredOn(status -> status == 404)
                .hasSize((int) looked);
        // And what was under way when that was used up.
        assertThat(looked)
                .isBetween((double) GUARD_BURST, GUARD_BURST + GUARD_RATE * seconds + UNDER_WAY);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 429)
                .isNotEmpty()
                .allSatisfy(answer ->
                        assertThat(answer.headers().firstValue("Retry-After").orElseThrow())
                                .matches("[1-9]"));
        // Just before: a long walk outlasts the soft TTL of what was read before it.
        assertThat(get(0, "/rest/v1/hot/4", other).statusCode()).isEqualTo(200);
        assertThat(get(0, "/rest/v1/hot/4", walker).statusCode()).as("a hit").isEqualTo(200);
    }

    @Test
    @Order(5)
    void gatewayThatFetches_isKilled_andOthersGoOnWhenItsLeaseIsOver() throws Exception {
        String target = "/rest/v1/hot/3";
        double before = queries("hot");
        List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
        long killed;
        try (Locked locked = new Locked("hot")) {
            CompletableFuture<HttpResponse<String>> owner = getAsync(0, target);
            await().until(() -> metric("gateway", "tidemark_origin_running") == 1);
            for (int gateway = 1; gateway < GATEWAYS; gateway++) {
                others.add(getAsync(gateway, target));
            }
            double renewals = metric(CACHE, "tidemark_leases_total", "outcome=\"renewed\"");
            await().until(() ->
                    metric(CACHE, "tidemark_leases_total", "outcome=\"renewed\"") > renewals);
            assertThat(metric("gateway-2", "tidemark_origin_running")).isZero();
            part("gateway").holdDown();
            killed = System.nanoTime();
            assertThat(owner).failsWithin(Duration.ofSeconds(5));
        }

        for (CompletableFuture<HttpResponse<String>> answer : others) {
            assertThat(answer.join().body()).contains("first");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - killed))
                .isLessThan(LEASE_MAX.plus(FETCH_MAX));
        assertThat(queries("hot")).as("the dead one's, and one more").isEqualTo(before + 2);
    }

    /** All at once, through all gateways. */
    private static List<HttpResponse<String>> everybodyReads(String target) {
        List<CompletableFuture<HttpResponse<String>>> reads = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            for (int gateway = 0; gateway < GATEWAYS; gateway++) {
                reads.add(getAsync(gateway, target));
            }
        }
        return reads.stream().map(CompletableFuture::join).toList();
    }

    private static CompletableFuture<HttpResponse<String>> getAsync(
            int gateway, String target, String... headers) {
        return HTTP.sendAsync(request(gateway, target, headers), BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(int gateway, String target, String... headers) {
        return send(request(gateway, target, headers));
    }

    private static HttpRequest request(int gateway, String target, String... headers) {
        URI base = suite.gatewayUris().get(gateway);
        URI uri = URI.create("http://127.0.0.1:" + base.getPort() + target);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String status(HttpResponse<String> answer) {
        return answer.headers().firstValue("Cache-Status").orElse("");
    }

    private static Part part(String name) {
        return suite.parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double queries(String table) {
        return metric(ORIGIN, "tidemark_origin_queries_total", "table=\"public." + table + "\"");
    }

    private static double running() {
        return suite.managementUris().keySet().stream()
                .filter(service -> service.startsWith("gateway"))
                .mapToDouble(service -> metric(service, "tidemark_origin_running"))
                .sum();
    }

    private static double metric(String service, String name, String... labels) {
        URI management = suite.managementUris().get(service);
        if (management == null) {
            throw new AssertionError(service + " is none of " + suite.managementUris().keySet());
        }
        return Meters.of(management).sum(name, labels);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = suite.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
