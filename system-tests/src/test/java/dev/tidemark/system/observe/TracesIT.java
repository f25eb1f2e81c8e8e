package dev.tidemark.system.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.system.SharedSuite;
import dev.tidemark.system.observe.OtlpCollector.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One request, found again in every service, in Redis and in PostgreSQL. */
@ExtendWith(SharedSuite.class)
class TracesIT {

    /** Spans are sent in batches, every 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String ORIGIN = "data-retrieval-service";
    private static final String CACHE = "cache-service";
    private static final String GATEWAY = "gateway";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static String newTrace() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(1, 1L << 60));
    }

    private static HttpResponse<String> get(Suite suite, String target, String traceparent)
            throws Exception {
        URI gateway = suite.gatewayUris().getFirst();
        return HTTP.send(
                HttpRequest.newBuilder(gateway.resolve(target))
                        .header("traceparent", traceparent)
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void miss_isOneTrace_fromTheEdgeToTheStatement(Suite suite, OtlpCollector collector)
            throws Exception {
        String trace = newTrace();
        String client = "b7ad6b7169203331";
        HttpResponse<String> answer =
                get(suite, "/rest/v1/product/11", "00-" + trace + "-" + client + "-01");
        assertThat(answer.statusCode()).isEqualTo(200);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(collector.of(trace))
                                .extracting(Span::service)
                                .contains(GATEWAY, CACHE, ORIGIN));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(of(collector.of(trace), ORIGIN))
                                .anySatisfy(span ->
                                        assertThat(span.attributes().values())
                                                .anyMatch(text ->
                                                        text.contains(
                                                                "from \"public\".\"product\""))));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(of(collector.of(trace), CACHE))
                                .extracting(Span::name)
                                .anyMatch(name -> name.equals("evalsha")));
        Map<String, Span> byId =
                collector.of(trace).stream().collect(Collectors.toMap(Span::id, span -> span));
        assertThat(byId.values())
                .as("each step is a part of another, the first of what the client does")
                .allSatisfy(span ->
                        assertThat(span.parent())
                                .satisfiesAnyOf(
                                        parent -> assertThat(parent).isEqualTo(client),
                                        parent -> assertThat(byId).containsKey(parent)));
    }

    private static List<Span> of(List<Span> spans, String service) {
        return spans.stream().filter(span -> span.service().equals(service)).toList();
    }

    @Test
    void problem_saysWhereItIsFound(Suite suite) throws Exception {
        String trace = newTrace();
        HttpResponse<String> problem =
                get(suite, "/rest/v1/product?nothing=eq.1", "00-" + trace + "-b7ad6b7169203331-00");
        assertThat(problem.statusCode()).isEqualTo(400);
        assertThat(problem.headers().firstValue("traceresponse").orElseThrow())
                .matches("00-" + trace + "-[0-9a-f]{16}-00");
    }
}
