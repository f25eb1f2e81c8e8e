package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.aside.Served;
import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.http.Provenance;
import dev.tidemark.gateway.http.ResponseHead;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Sessions;
import dev.tidemark.gateway.session.Token;
import dev.tidemark.gateway.trace.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes what is served as an HTTP response: the same from every seat. */
final class ResponseWriter {

    static final String ALLOWED_METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS";

    private final Sessions sessions;
    private final DateField date;
    private final Compressor compressor;

    ResponseWriter(Sessions sessions, DateField date, Compressor compressor) {
        this.sessions = sessions;
        this.compressor = compressor;
        this.date = date;
    }

    Mono<Void> write(
            ServerWebExchange exchange, ReadRequest request, Session session, Served served) {
        return switch (served) {
            case Served.Whole whole -> {
                keep(exchange, token(session, Token.of(whole.entry().answer())));
                yield write(exchange, head(request, session, whole), whole.entry().answer());
            }
            case Served.Streamed streamed -> {
                Optional<String> token = token(session, streamed.seen());
                keep(exchange, token);
                ResponseHead head =
                        ResponseHead.ofStream(
                                streamed.status(),
                                streamed.head(),
                                request,
                                new Provenance(
                                        streamed.cacheStatus(),
                                        streamed.timing(),
                                        streamed.age(),
                                        token));
                yield stream(exchange, head, streamed);
            }
            case Served.Refused refused -> {
                tellTrace(exchange);
                yield write(exchange, head(request, refused), refused.body());
            }
            case Served.Failed(Problem problem) -> write(exchange, problem);
        };
    }

    /** The head of an answer that is at hand. */
    ResponseHead head(ReadRequest request, Session session, Served.Whole whole) {
        Answer answer = whole.entry().answer();
        return ResponseHead.of(
                answer,
                request,
                whole.stale(),
                new Provenance(
                        whole.cacheStatus(),
                        whole.timing(),
                        Duration.ofNanos(whole.stalenessNanos()),
                        token(session, Token.of(answer))));
    }

    /** The head of a problem of the origin's. */
    ResponseHead head(ReadRequest request, Served.Refused refused) {
        return ResponseHead.ofProblem(
                        refused.status(), refused.head(), refused.body().length, !request.head())
                .with("Cache-Status", refused.cacheStatus());
    }

    /** The head of a problem of our own. */
    static ResponseHead head(Problem problem, byte[] body, boolean withBody) {
        List<HeaderField> fields = new ArrayList<>(3);
        fields.add(new HeaderField("Content-Type", Problem.MEDIA_TYPE));
        if (problem.type() == ProblemType.METHOD_NOT_ALLOWED) {
            fields.add(new HeaderField("Allow", ALLOWED_METHODS));
        }
        problem.retryAfter()
                .ifPresent(after ->
                        fields.add(
                                new HeaderField(
                                        "Retry-After",
                                        Long.toString(Math.max(1, after.toSeconds())))));
        return ResponseHead.ofProblem(problem.status(), fields, body.length, withBody);
    }

    /** The value of {@code Date} for an answer that is sent now. */
    String date() {
        return date.value();
    }

    private Optional<String> token(Session session, Optional<Token> seen) {
        return session.after(seen).map(sessions::text);
    }

    private void keep(ServerWebExchange exchange, Optional<String> token) {
        if (sessions.useCookies()) {
            token.ifPresent(text ->
                    exchange.getResponse()
                            .getHeaders()
                            .add("Set-Cookie", Sessions.setCookie(text)));
        }
    }

    /** Answers a request of which there is more than will be listened to. */
    Mono<Void> writeAndClose(ServerWebExchange exchange, Problem problem) {
        exchange.getResponse().getHeaders().setConnection("close");
        return write(exchange, problem);
    }

    Mono<Void> write(ServerWebExchange exchange, Problem problem) {
        byte[] body = problem.json();
        boolean withBody = !exchange.getRequest().getMethod().equals(HttpMethod.HEAD);
        tellTrace(exchange);
        return write(exchange, head(problem, body, withBody), body);
    }

    /** Of problems only: nobody asks about what is well, and each hit would pay. */
    private static void tellTrace(ServerWebExchange exchange) {
        ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                .flatMap(TraceContext::response)
                .ifPresent(field ->
                        exchange.getResponse().getHeaders().set(field.name(), field.value()));
    }

    private Mono<Void> write(ServerWebExchange exchange, ResponseHead head, Answer answer) {
        return !head.withBody() || head.encoding() == answer.encoding()
                ? write(exchange, head, answer.body())
                : body(answer).flatMap(body -> write(exchange, head, body));
    }

    /** An answer's identity body. */
    Mono<byte[]> body(Answer answer) {
        return compressor.unpack(answer);
    }

    /** The array is wrapped, not copied: answers are shared and never changed. */
    Mono<Void> write(ServerWebExchange exchange, ResponseHead head, byte[] body) {
        ServerHttpResponse response = exchange.getResponse();
        begin(response, head);
        return head.withBody()
                ? response.writeWith(Mono.just(response.bufferFactory().wrap(body)))
                : response.setComplete();
    }

    private Mono<Void> stream(
            ServerWebExchange exchange, ResponseHead head, Served.Streamed streamed) {
        ServerHttpResponse response = exchange.getResponse();
        begin(response, head);
        if (!head.withBody()) {
            streamed.body().discard();
            return response.setComplete();
        }
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        Flux<DataBuffer> body = streamed.body().claim().map(buffers::wrap);
        // Not in groups, whose buffers nobody would release if the client left.
        return response.writeWith(body)
                // For who leaves before the body is claimed; else this does nothing.
                .doFinally(signal -> streamed.body().discard());
    }

    private void begin(ServerHttpResponse response, ResponseHead head) {
        response.setRawStatusCode(head.status());
        HttpHeaders headers = response.getHeaders();
        for (HeaderField field : head.fields()) {
            headers.add(field.name(), field.value());
        }
        if (head.status() == 304) {
            // Reactor Netty takes its default back for GET only.
            headers.remove("Transfer-Encoding");
        }
        headers.set("Date", date());
    }
}
