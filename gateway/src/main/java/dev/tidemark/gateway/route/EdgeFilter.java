package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.http.Cors;
import dev.tidemark.gateway.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** The first to see a request: parses it once for all others, and answers what needs no more. */
final class EdgeFilter implements WebFilter, Ordered {

    /**
     * A read's body means nothing; this much of one is read over in silence, if it says beforehand
     * how much it is.
     */
    private static final long BODY_BYTES_MAX = 64 * 1024;

    private static final byte[] NO_BODY = new byte[0];

    private final ApplicationContext main;
    private final Cors cors;
    private final ResponseWriter writer;
    private final int writtenBytesMax;

    /**
     * @param main the context of the public port: the management port's inherits its filters
     * @param writtenBytesMax how large the body of a write may be
     */
    EdgeFilter(ApplicationContext main, Cors cors, ResponseWriter writer, int writtenBytesMax) {
        this.main = main;
        this.cors = cors;
        this.writer = writer;
        this.writtenBytesMax = writtenBytesMax;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!main.equals(exchange.getApplicationContext())) {
            return chain.filter(exchange);
        }
        ServerHttpRequest request = exchange.getRequest();
        RequestHeaders headers = name -> request.getHeaders().getOrEmpty(name);
        if (request.getMethod().equals(HttpMethod.OPTIONS)) {
            return writer.write(exchange, options(headers), NO_BODY);
        }
        for (HeaderField field : cors.fields(headers)) {
            exchange.getResponse().getHeaders().add(field.name(), field.value());
        }
        if (WriteRequest.isWrite(request.getMethod().name())) {
            return write(exchange, chain, headers);
        }
        if (request.getHeaders().getContentLength() > BODY_BYTES_MAX
                || request.getHeaders().containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            return writer.writeAndClose(
                    exchange,
                    Problem.of(ProblemType.PAYLOAD_TOO_LARGE, "no read has a body")
                            .withHint("put filters into the query"));
        }
        ReadRequest.Parsed parsed =
                ReadRequest.parse(request.getMethod().name(), RawTarget.of(request), headers);
        ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                .ifPresent(observed -> observed.setPathPattern(ReadRoute.name(parsed)));
        ReadRoute.setParsed(exchange, parsed);
        return chain.filter(exchange);
    }

    private Mono<Void> write(
            ServerWebExchange exchange, WebFilterChain chain, RequestHeaders headers) {
        ServerHttpRequest request = exchange.getRequest();
        if (request.getHeaders().getContentLength() > writtenBytesMax) {
            return writer.writeAndClose(exchange, WriteRoute.tooLarge(writtenBytesMax));
        }
        WriteRequest.Parsed parsed =
                WriteRequest.parse(request.getMethod().name(), RawTarget.of(request), headers);
        ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                .ifPresent(observed -> observed.setPathPattern(WriteRoute.name(parsed)));
        WriteRoute.setParsed(exchange, parsed);
        return chain.filter(exchange);
    }

    private ResponseHead options(RequestHeaders headers) {
        List<HeaderField> fields = new ArrayList<>();
        fields.add(new HeaderField("Allow", ResponseWriter.ALLOWED_METHODS));
        if (cors.isPreflight(headers)) {
            fields.addAll(cors.preflight(headers));
        } else {
            fields.addAll(cors.fields(headers));
        }
        return new ResponseHead(204, fields, false, BodyEncoding.IDENTITY);
    }
}
