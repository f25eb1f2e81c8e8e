package dev.tidemark.gateway.route;

import dev.tidemark.gateway.aside.ReadFlow;
import dev.tidemark.gateway.aside.Served;
import dev.tidemark.gateway.guard.Client;
import dev.tidemark.gateway.guard.Clients;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The route's own filter: answers each read itself, by the full flow, and never proxies. */
final class ReadFilter implements GatewayFilter {

    /** Ahead of load balancing and of the filter that would proxy. */
    static final int ORDER = -1000;

    private final ReadFlow flow;
    private final Clients clients;
    private final ResponseWriter writer;

    ReadFilter(ReadFlow flow, Clients clients, ResponseWriter writer) {
        this.flow = flow;
        this.clients = clients;
        this.writer = writer;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        ReadRoute.Read read = ReadRoute.read(exchange);
        if (read == null) {
            // The management port inherits the route, but not what it serves.
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
        }
        Client client =
                clients.of(
                        exchange.getRequest().getRemoteAddress(),
                        exchange.getRequest().getHeaders().getOrEmpty("X-Forwarded-For"));
        Mono<Served> served =
                read.bypass()
                        ? flow.bypass(read.request(), client, read.session(), read.key())
                        : flow.read(read.request(), client, read.session(), read.key());
        return served.flatMap(
                answer -> writer.write(exchange, read.request(), read.session(), answer));
    }
}
