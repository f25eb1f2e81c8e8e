package dev.tidemark.gateway.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.gateway.resilience.BreakerProperties;
import dev.tidemark.gateway.resilience.Breakers;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.resilience.ServiceAddress;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class WriteFlowTest {

    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final WrittenHeaders WRITTEN =
            new WrittenHeaders(
                    new DatabaseIdentity(1, 2, 3, 4),
                    971,
                    Lsn.parse("0/1F6A5E0"),
                    Tags.ofHashes(5, 6));

    private final List<Advisory> told = new ArrayList<>();
    private final List<InetSocketAddress> asked = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Breakers breakers =
            new Breakers(
                    CircuitBreakerRegistry.ofDefaults(),
                    new BreakerProperties(4, 4, 50, Duration.ofHours(1), 1));

    private static WriteRequest request() {
        return ((WriteRequest.Parsed.Write)
                        WriteRequest.parse("POST", "/rest/v1/film", _ -> List.of()))
                .request();
    }

    private static WriteAnswer.Answered answered(int status, WrittenHeaders... internal) {
        return new WriteAnswer.Answered(
                status, List.of(), BODY, List.of(internal).stream().findFirst());
    }

    /** Two instances, which answer so. */
    private WriteFlow flow(
            Function<InetSocketAddress, Mono<WriteAnswer.Answered>> answer, Written... others) {
        Instances<BalancedWriteTarget.Guarded> instances =
                new Instances<>(
                        List.of(
                                ServiceAddress.parse("127.0.0.1:1"),
                                ServiceAddress.parse("127.0.0.1:2")),
                        address ->
                                new BalancedWriteTarget.Guarded(
                                        (request, body, deadline) ->
                                                Mono.defer(() -> {
                                                    asked.add(address);
                                                    return answer.apply(address);
                                                }),
                                        breakers.breaker("writes", address)),
                        Instances.Resolver.JDK);
        List<Written> all = new ArrayList<>(List.of(others));
        all.add(told::add);
        return new WriteFlow(
                new BalancedWriteTarget(instances),
                new ConcurrencyLimit(4, 4),
                new WriteProperties(100, 4, 4, Duration.ofSeconds(10), Duration.ofSeconds(30)),
                all,
                Optional.of(written -> Optional.of("token of " + written.lsn())),
                System::nanoTime,
                meters);
    }

    private static Problem failure(WriteFlow flow) {
        WriteAnswer answer = flow.write(request(), BODY).block();
        assertThat(answer).isInstanceOf(WriteAnswer.Failed.class);
        return ((WriteAnswer.Failed) java.util.Objects.requireNonNull(answer)).problem();
    }

    @Test
    void write_isToldBeforeItIsAnswered_andHasAToken() {
        WriteAnswer answer =
                flow(address -> Mono.just(answered(201, WRITTEN))).write(request(), BODY).block();

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().identity()).isEqualTo(WRITTEN.identity());
        assertThat(told.getFirst().change().stamp()).isEqualTo(971);
        assertThat(told.getFirst().change().tags()).isEqualTo(WRITTEN.tags());
        assertThat(answer)
                .isInstanceOfSatisfying(
                        WriteAnswer.Answered.class,
                        done ->
                                assertThat(done.head())
                                        .containsExactly(
                                                new HeaderField(
                                                        "Tidemark-Token", "token of 0/1F6A5E0")));
        assertThat(asked).hasSize(1);
    }

    @Test
    void failureToTell_failsNothingElse() {
        WriteAnswer answer =
                flow(
                                address -> Mono.just(answered(204, WRITTEN)),
                                advisory -> {
                                    throw new IllegalStateException("not now");
                                })
                        .write(request(), BODY)
                        .block();

        assertThat(answer)
                .isInstanceOfSatisfying(
                        WriteAnswer.Answered.class,
                        done -> assertThat(done.status()).isEqualTo(204));
        assertThat(told).hasSize(1);
    }

    @Test
    void whatWasNotWritten_isNotTold() {
        flow(address -> Mono.just(answered(409))).write(request(), BODY).block();
        WrittenHeaders nothing =
                new WrittenHeaders(WRITTEN.identity(), 0, WRITTEN.lsn(), Tags.NONE);
        flow(address -> Mono.just(answered(201, nothing))).write(request(), BODY).block();

        assertThat(told).isEmpty();
    }

    @Test
    void lostAnswer_isAnUnknownOutcome_andNobodyElseIsAsked() {
        for (Throwable error :
                List.of(
                        new IOException("reset"),
                        new TimeoutException(),
                        new IllegalStateException("?"))) {
            Problem problem = failure(flow(address -> Mono.error(error)));

            assertThat(problem.type()).isEqualTo(ProblemType.OUTCOME_UNKNOWN);
            assertThat(problem.status()).isEqualTo(504);
            assertThat(problem.hint().orElseThrow()).contains("Idempotency-Key");
        }
        assertThat(asked).hasSize(3);
    }

    @Test
    void instanceThatCannotBeReached_isPassedOver_sinceNothingWasSent() {
        WriteFlow flow =
                flow(address ->
                        address.getPort() == 1
                                ? Mono.error(new ConnectException("refused"))
                                : Mono.just(answered(201, WRITTEN)));

        assertThat(flow.write(request(), BODY).block()).isInstanceOf(WriteAnswer.Answered.class);
        assertThat(failure(flow(address -> Mono.error(new ConnectException("refused")))).status())
                .isEqualTo(503);
    }

    @Test
    void breaker_opensForAnOriginWithoutDatabase_notForRefusals() {
        WriteFlow refusing = flow(address -> Mono.just(answered(409)));
        for (int i = 0; i < 20; i++) {
            refusing.write(request(), BODY).block();
        }
        assertThat(asked).hasSize(20);
        asked.clear();
        byte[] down = Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "no database").json();
        WriteFlow failing =
                flow(address ->
                        Mono.just(
                                new WriteAnswer.Answered(503, List.of(), down, Optional.empty())));
        for (int i = 0; i < 20; i++) {
            failing.write(request(), BODY).block();
        }
        assertThat(asked.size()).isLessThan(20);
        assertThat(failure(failing).retryAfter()).contains(Duration.ofSeconds(2));
    }

    @Test
    void clientThatLeaves_doesNotCallItsWriteBack() {
        Sinks.One<WriteAnswer.Answered> origin = Sinks.one();
        flow(address -> origin.asMono()).write(request(), BODY).subscribe().dispose();
        origin.tryEmitValue(answered(201, WRITTEN)).orThrow();

        assertThat(told).hasSize(1);
    }
}
