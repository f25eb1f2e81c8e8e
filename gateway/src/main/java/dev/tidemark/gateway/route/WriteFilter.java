package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.gateway.http.ResponseHead;
import dev.tidemark.gateway.security.SecurityProperties.UncheckedCredentials;
import dev.tidemark.gateway.security.UncheckedCredentialsRule;
import dev.tidemark.gateway.write.WriteAnswer;
import dev.tidemark.gateway.write.WriteFlow;
import java.time.Duration;
import java.util.Optional;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The route's own filter for writes. The body is read whole before anything is sent on: a client
 * that breaks off in the middle has written nothing.
 */
final class WriteFilter implements GatewayFilter {

    private static final byte[] NO_BODY = new byte[0];

    private final WriteFlow flow;
    private final UncheckedCredentialsRule uncheckedCredentials;
    private final Duration bodyTimeout;
    private final ResponseWriter writer;

    WriteFilter(
            WriteFlow flow,
            UncheckedCredentialsRule uncheckedCredentials,
            Duration bodyTimeout,
            ResponseWriter writer) {
        this.flow = flow;
        this.bodyTimeout = bodyTimeout;
        this.uncheckedCredentials = uncheckedCredentials;
        this.writer = writer;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        WriteRequest.Parsed parsed = WriteRoute.parsed(exchange);
        if (parsed == null) {
            // The management port inherits the route, but not what it serves.
            return notFound();
        }
        return switch (parsed) {
            case WriteRequest.Parsed.NotOurs notOurs -> notFound();
            case WriteRequest.Parsed.Refused(Problem problem) -> writer.write(exchange, problem);
            case WriteRequest.Parsed.Write(WriteRequest request) -> {
                RequestHeaders headers =
                        name -> exchange.getRequest().getHeaders().getOrEmpty(name);
                // Past the caches goes every write: that other treatment needs nothing here.
                yield uncheckedCredentials
                                .apply(headers)
                                .filter(rule -> rule == UncheckedCredentials.REJECT)
                                .isPresent()
                        ? writer.write(exchange, NearFilter.nobodyChecks())
                        : write(exchange, request);
            }
        };
    }

    private static Mono<Void> notFound() {
        return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private Mono<Void> write(ServerWebExchange exchange, WriteRequest request) {
        return body(exchange, request)
                .map(Optional::of)
                .timeout(bodyTimeout, Mono.just(Optional.empty()))
                .flatMap(body ->
                        body.isPresent()
                                ? flow.write(request, body.get())
                                        .flatMap(answer -> answer(exchange, request, answer))
                                : writer.writeAndClose(exchange, WriteRoute.tooSlow()))
                .onErrorResume(
                        DataBufferLimitException.class,
                        tooLarge ->
                                writer.writeAndClose(
                                        exchange, WriteRoute.tooLarge(flow.bodyBytesMax())));
    }

    private Mono<byte[]> body(ServerWebExchange exchange, WriteRequest request) {
        if (!request.canonical().method().hasBody()) {
            return Mono.just(NO_BODY);
        }
        return DataBufferUtils.join(exchange.getRequest().getBody(), flow.bodyBytesMax())
                .map(WriteFilter::bytes)
                .defaultIfEmpty(NO_BODY);
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Mono<Void> answer(
            ServerWebExchange exchange, WriteRequest request, WriteAnswer answer) {
        return switch (answer) {
            case WriteAnswer.Failed(Problem problem) -> writer.write(exchange, problem);
            case WriteAnswer.Answered answered -> {
                ResponseHead head =
                        ResponseHead.ofWrite(
                                answered.status(), answered.head(), answered.body().length);
                if (answered.isSuccess() && !request.preferencesApplied().isEmpty()) {
                    head = head.with("Preference-Applied", request.preferencesApplied());
                }
                yield writer.write(exchange, head, answered.body());
            }
        };
    }
}
