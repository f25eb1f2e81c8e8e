package dev.tidemark.gateway.route;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seat on the connection itself: answers what it can at once, from {@link NearHits}, and passes
 * on the rest.
 *
 * <p>Answers leave in the order of their requests (RFC 9112, section 9.3.2), so nothing is answered
 * here while a request before it is under way behind. Bytes are read only when somebody asks for
 * them: whoever answers asks for the next.
 */
final class NearHandler extends ChannelDuplexHandler {

    /** Answers requests at once, or not at all. */
    @FunctionalInterface
    interface Answerer {

        /** Null to pass the request on. */
        @Nullable FullHttpResponse answer(HttpRequest request);
    }

    private static final Logger log = LoggerFactory.getLogger(NearHandler.class);

    private final Answerer hits;

    /** Requests that were passed on and have not been answered yet. */
    private int passedOn;

    /** Whether the rest of a request that was answered is still to come. */
    private boolean skipping;

    /** Whether the last answer has been given that this client wants. */
    private boolean closing;

    /** Whether something was answered since more was asked for. */
    private boolean answered;

    /** Whether the head of an interim response has been written, and its end not yet. */
    private boolean interim;

    NearHandler(Answerer hits) {
        this.hits = hits;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            FullHttpResponse answer = passedOn == 0 ? answer(request) : null;
            if (answer == null) {
                passedOn++;
            } else {
                skipping = true;
                answered = true;
                write(context, answer, HttpUtil.isKeepAlive(request));
            }
        }
        if (!skipping) {
            context.fireChannelRead(message);
            return;
        }
        skipping = !(message instanceof LastHttpContent);
        ReferenceCountUtil.release(message);
    }

    /** A defect costs the request its short way, not the client its connection. */
    private @Nullable FullHttpResponse answer(HttpRequest request) {
        try {
            return hits.answer(request);
        } catch (RuntimeException e) {
            log.error("A request could not be answered from the near cache", e);
            return null;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection
    private void write(ChannelHandlerContext context, FullHttpResponse answer, boolean keepAlive) {
        if (keepAlive) {
            context.write(answer, context.voidPromise());
        } else {
            closing = true;
            answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.write(answer).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (answered) {
            context.flush();
            askForMore(context);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        askForMore(context);
        context.fireChannelWritabilityChanged();
    }

    /** Not of a client that sends requests and does not take the answers. */
    private void askForMore(ChannelHandlerContext context) {
        if (answered && context.channel().isWritable()) {
            answered = false;
            if (passedOn == 0 && !closing) {
                context.read();
            }
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells whoever asked
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            interim =
                    response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                            && response.status().code() != 101;
        }
        if (message instanceof LastHttpContent && !interim) {
            passedOn--;
        }
        context.write(message, promise);
    }
}
