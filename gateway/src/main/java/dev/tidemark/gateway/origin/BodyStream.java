package dev.tidemark.gateway.origin;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;

/**
 * A body on its way from the origin, for whoever claims it first. It holds a connection: it must be
 * either claimed or discarded, and is so exactly once.
 */
public final class BodyStream {

    private final Flux<ByteBuf> body;
    private final Runnable close;
    private final AtomicBoolean taken = new AtomicBoolean();

    /**
     * @param body the buffers, each the subscriber's to release
     * @param close gives up the connection
     */
    public BodyStream(Flux<ByteBuf> body, Runnable close) {
        this.body = body;
        this.close = close;
    }

    /**
     * The body, with the client's back-pressure. Cancelling it gives up the connection. An error if
     * it was claimed or discarded before.
     */
    public Flux<ByteBuf> claim() {
        return Flux.defer(() ->
                taken.compareAndSet(false, true)
                        ? body
                        : Flux.error(new IllegalStateException("the body is already taken")));
    }

    /** Gives it up, unless it was claimed. */
    public void discard() {
        if (taken.compareAndSet(false, true)) {
            close.run();
        }
    }
}
