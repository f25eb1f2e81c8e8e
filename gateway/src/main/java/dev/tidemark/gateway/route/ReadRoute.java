package dev.tidemark.gateway.route;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.session.Session;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** What the seats tell one another about a request, in the exchange's attributes. */
final class ReadRoute {

    /** Which paths are the route's. */
    static final String PATTERN = CanonicalRequest.ROOT + "**";

    /** Stands for a target that Spring could not hold; the true one is in {@link RawTarget}. */
    static final String UNREADABLE = "rest/v1/-";

    private static final String READ = ReadRoute.class.getName() + ".read";
    private static final String PARSED = ReadRoute.class.getName() + ".parsed";

    private ReadRoute() {}

    /**
     * A read that may be answered.
     *
     * @param session what the answer must have seen
     * @param bypass whether it goes past the caches, for its unchecked credentials
     */
    record Read(ReadRequest request, Session session, CacheKey key, boolean bypass) {}

    static void setParsed(ServerWebExchange exchange, ReadRequest.Parsed parsed) {
        exchange.getAttributes().put(PARSED, parsed);
    }

    static ReadRequest.@Nullable Parsed parsed(ServerWebExchange exchange) {
        return exchange.getAttribute(PARSED);
    }

    static void setRead(ServerWebExchange exchange, Read read) {
        exchange.getAttributes().put(READ, read);
    }

    static @Nullable Read read(ServerWebExchange exchange) {
        return exchange.getAttribute(READ);
    }

    /** What the meters call a request's route: never the table, which a client can make up. */
    static String name(ReadRequest.Parsed parsed) {
        return switch (parsed) {
            case ReadRequest.Parsed.Read(ReadRequest request) ->
                    request.canonical().isByKey() ? "/rest/v1/{table}/{key}" : "/rest/v1/{table}";
            case ReadRequest.Parsed.Refused refused -> PATTERN;
            case ReadRequest.Parsed.NotOurs notOurs -> "other";
        };
    }
}
