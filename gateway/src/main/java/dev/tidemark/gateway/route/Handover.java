package dev.tidemark.gateway.route;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.gateway.aside.Served;
import dev.tidemark.gateway.session.Session;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What the seat on the connection has got for a request, and another has to write: a stream, or
 * what takes long to send. So nothing is asked for twice.
 *
 * @param of the fields of the request, which are the same object for all seats
 * @param begun when the request came, by {@link System#nanoTime}
 */
record Handover(HttpHeaders of, ReadRequest request, Session session, Served served, long begun) {

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

    /** Has what observes the exchange count from when the request came. */
    void backdate(ServerWebExchange exchange) {
        ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                .ifPresent(observed ->
                        observed.put(Timer.Sample.class, Timer.start(new BegunClock(begun))));
    }

    /** A timer's sample begins when this is read for the first time. */
    private static final class BegunClock implements Clock {

        private final long begun;
        private boolean read;

        BegunClock(long begun) {
            this.begun = begun;
        }

        @Override
        public long wallTime() {
            return System.currentTimeMillis();
        }

        @Override
        public long monotonicTime() {
            boolean first = !read;
            read = true;
            return first ? begun : System.nanoTime();
        }
    }

    /** Its request was refused on the way. */
    private static void discard(@Nullable Handover left) {
        if (left != null && left.served instanceof Served.Streamed stream) {
            stream.body().discard();
        }
    }
}
