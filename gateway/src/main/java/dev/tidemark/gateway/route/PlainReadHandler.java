package dev.tidemark.gateway.route;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
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
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * The seat on the connection itself: answers what {@link PlainReads} can, at once or when the
 * answer is there, and passes on the rest.
 *
 * <p>Answers leave in the order of their requests (RFC 9112, section 9.3.2): nothing is answered
 * here while a request before it is under way behind, and what comes while an answer is waited for,
 * or while answers pile up that the client does not take, is held until then. Bytes are read only
 * when somebody asks for them: whoever takes a request here asks once for more, so no more is held
 * than is read at a time.
 *
 * <p>Those behind know nothing of what is answered here. When the server stops they take its
 * connection for idle and close it; that is put off until every answer has left.
 */
final class PlainReadHandler extends ChannelDuplexHandler {

    /** Decides about a request, on the connection's thread. */
    @FunctionalInterface
    interface Answerer {

        Turn turn(HttpRequest request, Channel channel);
    }

    /** Who answers a request, and when. */
    sealed interface Turn {

        /** This seat, with this. */
        record Now(FullHttpResponse answer) implements Turn {}

        /**
         * This seat, with what comes; if nothing does, or an error, those behind. Given up when the
         * client leaves.
         */
        record Later(Mono<FullHttpResponse> answer) implements Turn {}

        /** Those behind. */
        enum Pass implements Turn {
            ON
        }
    }

    private static final Logger log = LoggerFactory.getLogger(PlainReadHandler.class);

    private final Answerer answerer;
    private final ReadsUnderWay underWay;

    /** Requests that were passed on and have not been answered yet. */
    private int passedOn;

    /** The request whose answer is waited for. */
    private @Nullable Waiting waiting;

    /** What has come and is not looked at yet, and how many requests of that. */
    private final Queue<Object> held = new ArrayDeque<>(2);

    private int heldRequests;

    /** Whether the rest of a request that was answered is still to come. */
    private boolean skipping;

    /** Whether the last answer has been given that this connection is for. */
    private boolean closing;

    /** Whether a request was taken since more was asked for. */
    private boolean taken;

    /**
     * Whether the first of those passed on was waited for, so that it counts as under way still.
     */
    private boolean counted;

    /** Whether answers are on their way that the client has not taken. */
    private boolean sending;

    /** Whether those behind want the connection closed, which is put off. */
    private boolean closeAsked;

    /** Whether the response of those behind that is being written is the connection's last. */
    private boolean lastResponse;

    /** Whether the head of an interim response has been written, and its end not yet. */
    private boolean interim;

    PlainReadHandler(Answerer answerer, ReadsUnderWay underWay) {
        this.answerer = answerer;
        this.underWay = underWay;
    }

    /** A request whose answer is waited for, and what gives that up. */
    private static final class Waiting {

        private final HttpRequest request;
        private @Nullable Disposable subscription;

        Waiting(HttpRequest request) {
            this.request = request;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (held.isEmpty() && mayTake(context, message)) {
            take(context, message);
        } else {
            hold(context, message);
        }
    }

    private boolean mayTake(ChannelHandlerContext context, Object message) {
        return waiting == null
                && (context.channel().isWritable() || !(message instanceof HttpRequest));
    }

    private void hold(ChannelHandlerContext context, Object message) {
        held.add(message);
        if (message instanceof HttpRequest) {
            heldRequests++;
            context.channel().config().setAutoRead(false);
        }
    }

    private void takeHeld(ChannelHandlerContext context) {
        while (!held.isEmpty() && mayTake(context, held.element())) {
            Object message = held.remove();
            if (message instanceof HttpRequest) {
                heldRequests--;
            }
            take(context, message);
        }
        channelReadComplete(context);
    }

    private void take(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            switch (turn(context, request)) {
                case Turn.Now(FullHttpResponse answer) ->
                        answer(context, request, answer, context.voidPromise());
                // The server waits for whom it knows of when it begins to stop.
                case Turn.Later _ when underWay.isStopping() -> passOn(context, request);
                case Turn.Later(Mono<FullHttpResponse> answer) -> await(context, request, answer);
                case Turn.Pass _ -> passOn(context, request);
            }
        } else if (skipping) {
            skipping = !(message instanceof LastHttpContent);
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
            if (message instanceof LastHttpContent && passedOn == 0) {
                // Answered before it was all here: those behind do not read on by themselves.
                taken = true;
            }
        }
    }

    /** A defect costs the request its short way, not the client its connection. */
    private Turn turn(ChannelHandlerContext context, HttpRequest request) {
        if (passedOn > 0) {
            return Turn.Pass.ON;
        }
        try {
            return answerer.turn(request, context.channel());
        } catch (RuntimeException e) {
            log.error("A request could not be answered on its connection", e);
            return Turn.Pass.ON;
        }
    }

    private void answer(
            ChannelHandlerContext context,
            HttpRequest request,
            FullHttpResponse answer,
            ChannelPromise promise) {
        skipping = true;
        takeOver(context);
        if (HttpUtil.isKeepAlive(request) && !underWay.isStopping() && !closeAsked) {
            var _ = context.write(answer, promise);
        } else {
            closing = true;
            tellToLeave(answer);
            var _ = context.write(answer, closesWhenDone(context, promise));
        }
    }

    private static ChannelPromise closesWhenDone(
            ChannelHandlerContext context, ChannelPromise promise) {
        ChannelPromise written = promise.unvoid();
        var _ = written.addListener(left -> end(context));
        return written;
    }

    /** By the way that is not put off. */
    private static void end(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private static void tellToLeave(HttpResponse answer) {
        answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }

    /** Reads on when it is time: those behind, who have read by themselves, do not any more. */
    private void takeOver(ChannelHandlerContext context) {
        taken = true;
        context.channel().config().setAutoRead(false);
    }

    private void passOn(ChannelHandlerContext context, HttpRequest request) {
        passedOn++;
        context.fireChannelRead(request);
    }

    private void await(
            ChannelHandlerContext context, HttpRequest request, Mono<FullHttpResponse> answer) {
        Waiting begun = new Waiting(request);
        waiting = begun;
        takeOver(context);
        underWay.begin();
        begun.subscription =
                answer.subscribe(
                        response -> resume(context, begun, response),
                        error -> {
                            log.error("A request could not be answered on its connection", error);
                            resume(context, begun, null);
                        },
                        () -> resume(context, begun, null));
    }

    /**
     * From whatever thread the answer comes; the first call counts. Goes on when what is being read
     * has been read, so that requests which are answered one after the other do not pile up on the
     * stack.
     */
    private void resume(
            ChannelHandlerContext context, Waiting ended, @Nullable FullHttpResponse answer) {
        context.executor()
                .execute(() -> {
                    if (waiting == ended) {
                        waiting = null;
                        goOn(context, ended.request, answer);
                    }
                });
    }

    private void goOn(
            ChannelHandlerContext context, HttpRequest request, @Nullable FullHttpResponse answer) {
        if (answer == null) {
            counted = true;
            passOn(context, request);
        } else {
            answer(context, request, answer, whoseEndCounts(context, context.newPromise()));
        }
        takeHeld(context);
    }

    /** Under way until it has left, or the connection has ended, as it does if it cannot leave. */
    private ChannelPromise whoseEndCounts(ChannelHandlerContext context, ChannelPromise promise) {
        ChannelPromise written = promise.unvoid();
        var _ =
                written.addListener(left -> {
                    underWay.end();
                    if (!left.isSuccess()) {
                        end(context);
                    }
                });
        return written;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (taken) {
            context.flush();
            countUnsent(context);
            askForMore(context);
        }
        context.fireChannelReadComplete();
    }

    /** What its client does not take at once is under way until it has left. */
    private void countUnsent(ChannelHandlerContext context) {
        if (!sending && isUnsent(context)) {
            sending = true;
            underWay.begin();
            ChannelPromise sent = context.newPromise();
            // Not in the middle of what sends it.
            sent.addListener(left -> context.executor().execute(() -> sent(context)));
            var _ = context.writeAndFlush(Unpooled.EMPTY_BUFFER, sent);
        }
    }

    private void sent(ChannelHandlerContext context) {
        sending = false;
        countUnsent(context);
        underWay.end();
        // What those behind answer after a wait is closed after its own end.
        if (closeAsked && !sending && waiting == null && (closing || passedOn == 0)) {
            end(context);
        }
    }

    private static boolean isUnsent(ChannelHandlerContext context) {
        ChannelOutboundBuffer unsent = context.channel().unsafe().outboundBuffer();
        return unsent != null && unsent.totalPendingWriteBytes() > 0;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable() && (taken || !held.isEmpty())) {
            // Not in the middle of what has made room.
            context.executor().execute(() -> takeHeld(context));
        }
        context.fireChannelWritabilityChanged();
    }

    /**
     * Not of a client that sends requests and does not take the answers, nor of one whose requests
     * are held.
     */
    private void askForMore(ChannelHandlerContext context) {
        if (taken && heldRequests == 0 && context.channel().isWritable()) {
            taken = false;
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
            if (closeAsked && !interim) {
                tellToLeave(response);
            }
            lastResponse = !interim && !HttpUtil.isKeepAlive(response);
        }
        ChannelPromise written = promise;
        if (message instanceof LastHttpContent && !interim) {
            passedOn--;
            if (counted) {
                counted = false;
                written = whoseEndCounts(context, promise);
            }
            closing |= lastResponse;
            if (closeAsked) {
                written = closesWhenDone(context, written);
            }
        }
        context.write(message, written);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells whoever asked
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (waiting == null && !sending) {
            context.close(promise);
            return;
        }
        context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        closeAsked = true;
        closing |= waiting == null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Waiting left = waiting;
        if (left != null) {
            waiting = null;
            underWay.end();
            if (left.subscription != null) {
                left.subscription.dispose();
            }
        }
        if (counted) {
            counted = false;
            underWay.end();
        }
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        heldRequests = 0;
        context.fireChannelInactive();
    }
}
