package dev.tidemark.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.gateway.route.PlainReadHandler.Turn;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

/** Which of a connection's requests are answered by the handler, and which by who is behind it. */
class PlainReadHandlerTest {

    private static final int LONG_BYTES = 10_000;

    private final AtomicInteger reads = new AtomicInteger();
    private final ReadsUnderWay underWay = new ReadsUnderWay();

    /** Whether the client takes nothing. */
    private boolean stuck;

    private boolean unwritable;
    private long mostUnsent;
    private Sinks.One<FullHttpResponse> later = Sinks.one();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void read(ChannelHandlerContext context) {
                            reads.incrementAndGet();
                            context.read();
                        }

                        @Override
                        public void write(
                                ChannelHandlerContext context,
                                Object message,
                                ChannelPromise promise) {
                            if (unwritable) {
                                promise.setFailure(new IllegalStateException("no room"));
                            } else {
                                var _ = context.write(message, promise);
                            }
                        }

                        @Override
                        public void flush(ChannelHandlerContext context) {
                            mostUnsent = Math.max(mostUnsent, unsent(context.channel()));
                            if (!stuck) {
                                context.flush();
                            }
                        }
                    },
                    new PlainReadHandler(
                            (request, _) ->
                                    switch (request.uri()) {
                                        case "/hit" -> new Turn.Now(response(200));
                                        case "/long" -> new Turn.Now(longAnswer());
                                        case "/later" -> new Turn.Later(later.asMono());
                                        case "/defect" -> throw new IllegalStateException("thrown");
                                        default -> Turn.Pass.ON;
                                    },
                            underWay));

    PlainReadHandlerTest() {
        channel.config().setAutoRead(false);
        reads.set(0);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void hit_isAnsweredHere_andMoreIsAskedFor() {
        request("/hit");

        assertThat(passedOn()).isEmpty();
        assertThat(statuses()).containsExactly(200);
        assertThat(reads).hasValue(1);
    }

    @Test
    void requestThatFailsHere_isPassedOn() {
        request("/defect");

        assertThat(passedOn()).isNotEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void hitsBehindOneAnother_areAnsweredTogether() {
        channel.writeInbound(
                head("/hit"),
                LastHttpContent.EMPTY_LAST_CONTENT,
                head("/hit"),
                LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(statuses()).containsExactly(200, 200);
        assertThat(reads).hasValue(1);
    }

    @Test
    void hitBehindWhatIsUnderWay_isPassedOnToo_untilThatIsAnswered() {
        request("/miss");
        request("/hit");
        assertThat(passedOn()).containsExactly("/miss", "/hit");
        assertThat(reads).as("those behind ask for more").hasValue(0);

        channel.writeOutbound(response(201));
        request("/hit");
        assertThat(passedOn()).containsExactly("/hit");
        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.writeOutbound(new DefaultHttpContent(Unpooled.EMPTY_BUFFER));
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
        channel.writeOutbound(response(202));

        request("/hit");
        assertThat(passedOn()).isEmpty();
        assertThat(statuses()).containsExactly(201, 200, 202, 200);
    }

    @Test
    void interimResponse_answersNothing() {
        request("/miss");
        channel.writeOutbound(response(100));
        request("/hit");

        assertThat(passedOn()).containsExactly("/miss", "/hit");
    }

    @Test
    void clientThatWantsNoMore_isToldSo_andNotListenedTo() {
        HttpRequest last = head("/hit");
        last.headers().set(HttpHeaderNames.CONNECTION, "close");
        channel.writeInbound(last, LastHttpContent.EMPTY_LAST_CONTENT, head("/miss"));

        assertThat(passedOn()).isEmpty();
        FullHttpResponse answer = channel.readOutbound();
        assertThat(answer.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
        assertThat(channel.isOpen()).isFalse();
        assertThat(reads).hasValue(0);
    }

    @Test
    void readThatTakesTime_isAnsweredWhenItsAnswerIsThere_andWhatCameMeanwhileBehindIt() {
        request("/later");
        assertThat(reads).as("asked once for more").hasValue(1);
        request("/hit");
        request("/miss");
        request("/hit");
        assertThat(statuses()).isEmpty();
        assertThat(passedOn()).isEmpty();
        assertThat(reads).as("and no more than that while it is held").hasValue(1);

        land(response(203));
        assertThat(statuses()).containsExactly(203, 200);
        assertThat(passedOn()).containsExactly("/miss", "/hit");
        assertThat(reads).as("those behind ask for more").hasValue(1);
    }

    @Test
    void readThatTakesTime_isAskedAfterNext_onceAnswered() {
        request("/later");
        land(response(203));
        assertThat(reads).hasValue(2);
        request("/hit");
        assertThat(statuses()).containsExactly(203, 200);
        assertThat(reads).hasValue(3);
    }

    @Test
    void readWithoutAnAnswer_isPassedOn_andWhatCameMeanwhileBehindIt() {
        request("/later");
        request("/hit");
        later.tryEmitEmpty();
        channel.runPendingTasks();

        assertThat(passedOn()).containsExactly("/later", "/hit");
        assertThat(statuses()).isEmpty();
    }

    @Test
    void readThatFails_isPassedOn() {
        request("/later");
        later.tryEmitError(new IllegalStateException("thrown"));
        channel.runPendingTasks();

        assertThat(passedOn()).containsExactly("/later");
    }

    @Test
    void readsThatTakeTime_areAskedForOneAfterTheOther() {
        request("/later");
        request("/later");
        Sinks.One<FullHttpResponse> first = later;
        later = Sinks.one();
        first.tryEmitValue(response(203));
        channel.runPendingTasks();
        assertThat(statuses()).containsExactly(203);

        land(response(204));
        assertThat(statuses()).containsExactly(204);
    }

    @Test
    void clientThatLeaves_givesItsReadUp_andStopsNobodyFromStopping() {
        AtomicInteger stopped = new AtomicInteger();
        request("/later");
        underWay.stop(stopped::incrementAndGet);
        assertThat(stopped).as("a read is under way").hasValue(0);
        assertThat(later.currentSubscriberCount()).isEqualTo(1);

        hangUp();
        assertThat(later.currentSubscriberCount()).isZero();
        assertThat(stopped).hasValue(1);
    }

    @Test
    void clientThatSendsAhead_isNotListenedTo_untilNoRequestOfItsIsHeld() {
        // As those behind leave it.
        channel.config().setAutoRead(true);
        reads.set(0);
        channel.writeInbound(
                head("/later"),
                LastHttpContent.EMPTY_LAST_CONTENT,
                head("/later"),
                LastHttpContent.EMPTY_LAST_CONTENT,
                head("/later"),
                LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(reads).hasValue(0);

        landAndWaitForTheNext();
        assertThat(reads).hasValue(0);
        landAndWaitForTheNext();
        assertThat(reads).as("the last is not held, but waited for").hasValue(1);
        assertThat(statuses()).containsExactly(203, 203);
    }

    private void landAndWaitForTheNext() {
        Sinks.One<FullHttpResponse> first = later;
        later = Sinks.one();
        first.tryEmitValue(response(203));
        channel.runPendingTasks();
    }

    @Test
    void stop_waitsForAnswers_andTellsClientsToLeave() {
        AtomicInteger stopped = new AtomicInteger();
        request("/later");
        underWay.stop(stopped::incrementAndGet);
        land(response(203));

        assertThat(stopped).hasValue(1);
        FullHttpResponse answer = channel.readOutbound();
        assertThat(answer.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void stop_waitsForWhatWasPassedOnLate() {
        AtomicInteger stopped = new AtomicInteger();
        request("/later");
        underWay.stop(stopped::incrementAndGet);
        later.tryEmitEmpty();
        channel.runPendingTasks();
        assertThat(passedOn()).containsExactly("/later");
        assertThat(stopped).hasValue(0);

        channel.writeOutbound(response(200));
        assertThat(stopped).hasValue(1);
    }

    @Test
    void stop_waitsNotForWhoLeavesWhatWasPassedOnLate() {
        AtomicInteger stopped = new AtomicInteger();
        request("/later");
        later.tryEmitEmpty();
        channel.runPendingTasks();
        underWay.stop(stopped::incrementAndGet);
        hangUp();

        assertThat(stopped).hasValue(1);
    }

    @Test
    void server_thatTakesAConnectionForIdle_closesItWhenTheAnswerHasLeft() {
        request("/later");
        request("/hit");
        ChannelFuture closed = channel.close();
        assertThat(channel.isOpen()).isTrue();

        land(response(203));
        FullHttpResponse answer = channel.readOutbound();
        assertThat(answer.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
        assertThat(channel.isOpen()).isFalse();
        assertThat(closed.isSuccess()).isTrue();
        assertThat(statuses()).as("of what came behind").isEmpty();
    }

    @Test
    void server_thatTakesAConnectionForIdle_closesItWhenThoseBehindHaveAnswered() {
        request("/later");
        var _ = channel.close();
        later.tryEmitEmpty();
        channel.runPendingTasks();
        channel.writeOutbound(response(100));
        assertThat(statuses()).containsExactly(100);

        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        HttpResponse answer = channel.readOutbound();
        assertThat(answer.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
        assertThat(channel.isOpen()).isTrue();
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void server_thatStops_closesAConnectionWhenItsAnswersHaveLeft() {
        AtomicInteger stopped = new AtomicInteger();
        stuck = true;
        request("/long");
        underWay.stop(stopped::incrementAndGet);
        assertThat(stopped).as("an answer is under way").hasValue(0);
        ChannelFuture closed = channel.close();
        request("/hit");
        var _ = channel.close();
        assertThat(channel.isOpen()).isTrue();

        stuck = false;
        channel.flush();
        channel.runPendingTasks();
        assertThat(stopped).hasValue(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(closed.isSuccess()).isTrue();
        assertThat(statuses()).as("nothing of what came late").containsExactly(200);
    }

    @Test
    void server_thatStops_waitsForWhatItKnowsOf_soWhatTakesTimeIsPassedOn() {
        underWay.stop(() -> {});
        request("/later");

        assertThat(passedOn()).containsExactly("/later");
    }

    @Test
    void answersThatAreNotTaken_arePiledUpOnlySoFar_andAllAreGiven() {
        List<Object> requests = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            requests.add(head("/long"));
            requests.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        requests.add(head("/miss"));
        channel.writeInbound(requests.toArray());

        assertThat(mostUnsent).isBetween(64L * 1024, 64L * 1024 + 2 * LONG_BYTES);
        assertThat(statuses()).hasSize(1_000);
        assertThat(passedOn()).containsExactly("/miss");
    }

    @Test
    void clientThatTakesNothing_isNotListenedTo_untilItDoes() {
        stuck = true;
        for (int i = 0; i < 7; i++) {
            request("/long");
        }
        assertThat(reads).as("asked for more until it was too much").hasValue(6);
        request("/miss");
        assertThat(passedOn()).isEmpty();

        stuck = false;
        channel.flush();
        channel.runPendingTasks();
        assertThat(statuses()).hasSize(7);
        assertThat(passedOn()).containsExactly("/miss");
    }

    @Test
    void whatComesBehindTheLastResponse_isNotAnswered() {
        request("/miss");
        HttpResponse last = response(201);
        last.headers().set(HttpHeaderNames.CONNECTION, "close");
        channel.writeOutbound(last);
        request("/hit");
        request("/later");

        assertThat(statuses()).containsExactly(201);
        assertThat(later.currentSubscriberCount()).isZero();
    }

    @Test
    void answerThatCannotBeWritten_endsItsConnection() {
        request("/later");
        unwritable = true;
        land(response(203));

        assertThat(channel.isOpen()).isFalse();
    }

    private static long unsent(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private static FullHttpResponse longAnswer() {
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK,
                Unpooled.wrappedBuffer(new byte[LONG_BYTES]));
    }

    @Test
    void server_thatStops_closesWhatIsPassedOnLateAfterItsOwnEnd() {
        stuck = true;
        request("/long");
        request("/later");
        var _ = channel.close();
        later.tryEmitEmpty();
        channel.runPendingTasks();
        assertThat(passedOn()).containsExactly("/later");
        stuck = false;
        channel.flush();
        channel.runPendingTasks();
        assertThat(channel.isOpen()).as("the second is still under way").isTrue();

        channel.writeOutbound(response(203));
        assertThat(statuses()).containsExactly(200, 203);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void endOfABody_thatComesAfterTheAnswer_isReadPast() {
        channel.writeInbound(head("/miss"));
        channel.writeOutbound(response(201));
        assertThat(reads).hasValue(0);
        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(reads).hasValue(1);
    }

    /** The client does. */
    private void hangUp() {
        var _ = channel.pipeline().firstContext().close();
    }

    private void land(FullHttpResponse answer) {
        later.tryEmitValue(answer);
        channel.runPendingTasks();
    }

    private void request(String target) {
        channel.writeInbound(head(target), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static HttpRequest head(String target) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
    }

    private static FullHttpResponse response(int status) {
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.buffer(0));
    }

    /** The targets of the requests that have come to who is behind. */
    private List<String> passedOn() {
        List<String> targets = new ArrayList<>();
        for (Object message = channel.readInbound();
                message != null;
                message = channel.readInbound()) {
            if (message instanceof HttpRequest request) {
                targets.add(request.uri());
            }
        }
        return targets;
    }

    private List<Integer> statuses() {
        List<Integer> statuses = new ArrayList<>();
        for (Object message = channel.readOutbound();
                message != null;
                message = channel.readOutbound()) {
            if (message instanceof HttpResponse response) {
                statuses.add(response.status().code());
            }
        }
        return statuses;
    }
}
