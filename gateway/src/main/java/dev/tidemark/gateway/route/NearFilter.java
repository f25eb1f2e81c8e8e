package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.aside.ReadFlow;
import dev.tidemark.gateway.aside.ServingRule;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.security.SecurityProperties.UncheckedCredentials;
import dev.tidemark.gateway.security.UncheckedCredentialsRule;
import dev.tidemark.gateway.session.BadTokenException;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.http.HttpCookie;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Answers near-cache hits ahead of routing, which costs several times as much: those that {@link
 * PlainReads} left to it, for the credentials that had to be checked first; and writes what is
 * handed over from there. It may only do that, answer a hit or refuse; everything else falls
 * through to {@link ReadFilter}, which would give the same answer.
 */
final class NearFilter implements WebFilter, Ordered {

    private final ServingRule rule;
    private final Sessions sessions;
    private final UncheckedCredentialsRule uncheckedCredentials;
    private final ReadFlow flow;
    private final ResponseWriter writer;

    NearFilter(
            ServingRule rule,
            Sessions sessions,
            UncheckedCredentialsRule uncheckedCredentials,
            ReadFlow flow,
            ResponseWriter writer) {
        this.rule = rule;
        this.sessions = sessions;
        this.uncheckedCredentials = uncheckedCredentials;
        this.flow = flow;
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
        Handover left = Handover.take(exchange);
        if (left != null) {
            left.backdate(exchange);
            return writer.write(exchange, left.request(), left.session(), left.served());
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
        Session session;
        try {
            session = session(exchange, request);
        } catch (BadTokenException e) {
            return refuse(exchange, e);
        }
        CacheKey key = CacheKey.of(request.canonical());
        if (!bypass && rule.find(request, session, key) instanceof Found.Fresh fresh) {
            return writer.write(exchange, request, session, flow.hit(request, key, fresh));
        }
        ReadRoute.setRead(exchange, new ReadRoute.Read(request, session, key, bypass));
        return chain.filter(exchange);
    }

    private Session session(ServerWebExchange exchange, ReadRequest request)
            throws BadTokenException {
        List<String> values = request.tokens();
        if (sessions.useCookies()) {
            values = new ArrayList<>(values);
            for (HttpCookie cookie :
                    exchange.getRequest().getCookies().getOrDefault(Sessions.COOKIE, List.of())) {
                values.add(cookie.getValue());
            }
        }
        return values.isEmpty() ? Session.NONE : sessions.read(values);
    }

    private Mono<Void> refuse(ServerWebExchange exchange, BadTokenException e) {
        if (exchange.getRequest().getCookies().containsKey(Sessions.COOKIE)
                && sessions.useCookies()) {
            // No page can drop it, and with it every request would be refused.
            exchange.getResponse().getHeaders().add("Set-Cookie", Sessions.clearCookie());
        }
        return writer.write(
                exchange,
                Problem.of(ProblemType.BAD_REQUEST, "Tidemark-Token: " + e.getMessage())
                        .withHint("leave it out, and keep the token of the next answer"));
    }

    static Problem nobodyChecks() {
        return Problem.of(
                        ProblemType.UNAUTHORIZED,
                        "the request carries credentials, and no check of them is configured")
                .withHint("leave out Authorization and apikey, or configure tidemark.security");
    }
}
