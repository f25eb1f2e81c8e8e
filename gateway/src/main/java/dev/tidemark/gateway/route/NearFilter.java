package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.aside.AsideMeters;
import dev.tidemark.gateway.aside.ReadFlow;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.security.SecurityProperties.UncheckedCredentials;
import dev.tidemark.gateway.security.UncheckedCredentialsRule;
import dev.tidemark.gateway.time.MonotonicClock;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Answers near-cache hits ahead of routing, which costs several times as much. It may only answer a
 * hit or refuse; everything else falls through to {@link ReadFilter}, which would give the same
 * answer.
 */
final class NearFilter implements WebFilter, Ordered {

    private final NearCache near;
    private final UncheckedCredentialsRule uncheckedCredentials;
    private final MonotonicClock clock;
    private final AsideMeters meters;
    private final ResponseWriter writer;

    NearFilter(
            NearCache near,
            UncheckedCredentialsRule uncheckedCredentials,
            MonotonicClock clock,
            AsideMeters meters,
            ResponseWriter writer) {
        this.near = near;
        this.uncheckedCredentials = uncheckedCredentials;
        this.clock = clock;
        this.meters = meters;
        this.writer = writer;
    }

    /** After Spring Security's chain, which is at -100. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ReadRequest.Parsed parsed = ReadRoute.parsed(exchange);
        if (parsed == null) {
            return chain.filter(exchange);
        }
        return switch (parsed) {
            case ReadRequest.Parsed.NotOurs notOurs -> chain.filter(exchange);
            case ReadRequest.Parsed.Refused(Problem problem) -> writer.write(exchange, problem);
            case ReadRequest.Parsed.Read(ReadRequest request) -> {
                Optional<UncheckedCredentials> unchecked =
                        uncheckedCredentials.apply(
                                name -> exchange.getRequest().getHeaders().getOrEmpty(name));
                yield unchecked.filter(rule -> rule == UncheckedCredentials.REJECT).isPresent()
                        ? writer.write(exchange, nobodyChecks())
                        : read(exchange, chain, request, unchecked.isPresent());
            }
        };
    }

    private Mono<Void> read(
            ServerWebExchange exchange, WebFilterChain chain, ReadRequest request, boolean bypass) {
        CacheKey key = CacheKey.of(request.canonical());
        if (!bypass && near.find(key) instanceof Found.Fresh(Entry entry)) {
            long now = clock.nanos();
            if (Demand.isMet(request, entry, now)) {
                meters.nearHit();
                return writer.write(exchange, request, ReadFlow.nearHit(entry, now));
            }
        }
        ReadRoute.setRead(exchange, new ReadRoute.Read(request, key, bypass));
        return chain.filter(exchange);
    }

    static Problem nobodyChecks() {
        return Problem.of(
                        ProblemType.UNAUTHORIZED,
                        "the request carries credentials, and no check of them is configured")
                .withHint("leave out Authorization and apikey, or configure tidemark.security");
    }
}
