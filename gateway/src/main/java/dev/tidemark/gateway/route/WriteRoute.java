package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.WriteRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** What the seats tell one another about a write, in the exchange's attributes. */
final class WriteRoute {

    private static final String PARSED = WriteRoute.class.getName() + ".parsed";

    private WriteRoute() {}

    static void setParsed(ServerWebExchange exchange, WriteRequest.Parsed parsed) {
        exchange.getAttributes().put(PARSED, parsed);
    }

    static WriteRequest.@Nullable Parsed parsed(ServerWebExchange exchange) {
        return exchange.getAttribute(PARSED);
    }

    /** What the meters call a request's route: never the table, which a client can make up. */
    static String name(WriteRequest.Parsed parsed) {
        return switch (parsed) {
            case WriteRequest.Parsed.Write(WriteRequest request) ->
                    request.canonical().isByKey() ? "/rest/v1/{table}/{key}" : "/rest/v1/{table}";
            case WriteRequest.Parsed.Refused refused -> ReadRoute.PATTERN;
            case WriteRequest.Parsed.NotOurs notOurs -> "other";
        };
    }

    static Problem tooSlow() {
        return Problem.of(ProblemType.REQUEST_TIMEOUT, "the body did not come in time")
                .withHint("nothing was written");
    }

    static Problem tooLarge(int bodyBytesMax) {
        return Problem.of(
                        ProblemType.PAYLOAD_TOO_LARGE,
                        "the body has more than " + bodyBytesMax + " bytes")
                .withHint("write fewer rows at once");
    }
}
