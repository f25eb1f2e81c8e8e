package dev.tidemark.gateway.route;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.gateway.aside.Served;
import dev.tidemark.gateway.session.Session;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What the seat on the connection has found out for a request that another has to answer: a stream,
 * or a problem, which is told with its trace. So nothing is asked for twice.
 *
 * @param of the fields of the request, which are the same object for all seats
 */
record Handover(HttpHeaders of, ReadRequest request, Session session, Served served) {

    private static final AttributeKey<Handover> KEY = AttributeKey.valueOf(Handover.class, "next");

    /** Whether what is left when the connection ends will be seen to. */
    private static final AttributeKey<Boolean> SEEN_TO =
            AttributeKey.valueOf(Handover.class, "seen-to");

    /** At most one at a time: the seat passes a request on before it looks at the next. */
    void leave(Channel channel) {
        discard(channel.attr(KEY).getAndSet(this));
        if (channel.attr(SEEN_TO).setIfAbsent(true) == null) {
            channel.closeFuture().addListener(closed -> discard(channel.attr(KEY).getAndSet(null)));
        } else if (!channel.isActive()) {
            discard(channel.attr(KEY).getAndSet(null));
        }
    }

    /** Null if nothing was left for this exchange. */
    @SuppressWarnings("ReferenceEquality") // equal fields are not the same request
    static @Nullable Handover take(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (!(ServerHttpRequestDecorator.getNativeRequest(request)
                instanceof HttpServerRequest http)) {
            return null;
        }
        AtomicReference<@Nullable Handover> taken = new AtomicReference<>();
        http.withConnection(
                connection -> taken.set(connection.channel().attr(KEY).getAndSet(null)));
        Handover left = taken.get();
        if (left != null && left.of != http.requestHeaders()) {
            discard(left);
            return null;
        }
        return left;
    }

    /** Its request was refused on the way. */
    private static void discard(@Nullable Handover left) {
        if (left != null && left.served instanceof Served.Streamed streamed) {
            streamed.body().discard();
        }
    }
}
