package dev.tidemark.gateway.reply;

import java.io.ByteArrayOutputStream;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Reads replies of Reactor Netty's client without a leak. Who asks may leave at any moment: a
 * client hangs up, a deadline passes, another attempt was faster. A reply that comes at that very
 * moment is dropped on its way by Reactor, and with it the buffers that it holds, which nobody then
 * releases.
 */
public final class Replies {

    private Replies() {}

    /** The same, which lets go of a reply that nobody takes any more. */
    public static <T> Mono<T> released(Mono<T> reply) {
        return reply.doOnDiscard(Connection.class, Replies::discard);
    }

    /** The same of a reply in parts. */
    public static <T> Flux<T> released(Flux<T> reply) {
        return reply.doOnDiscard(Connection.class, Replies::discard);
    }

    private static void discard(Connection reply) {
        if (reply instanceof ChannelOperations<?, ?> operations) {
            operations.discard();
        }
    }

    /**
     * The same reader of a reply, which may throw. If it did so in Reactor Netty's hands, nobody
     * would let go of the body and its connection; as the end of what is read, it is seen to.
     */
    public static <T> BiFunction<HttpClientResponse, ByteBufFlux, Flux<T>> reader(
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> reader) {
        return (reply, body) -> Flux.defer(() -> reader.apply(reply, body));
    }

    /**
     * Sends the request, and ends when the reply has, which says nothing that is needed: a reply
     * that is not read to its end costs its connection, and asking for no more than its head is not
     * to read it.
     */
    public static Mono<Void> ended(HttpClient.ResponseReceiver<?> request) {
        return released(request.response(reader((reply, body) -> body.then())).then());
    }

    /**
     * The whole body. Each buffer is read as it comes and not kept, as it is by {@code aggregate},
     * from where it might be dropped as well.
     */
    public static Mono<byte[]> whole(ByteBufFlux body) {
        return body.asByteArray()
                .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
                .map(ByteArrayOutputStream::toByteArray);
    }
}
