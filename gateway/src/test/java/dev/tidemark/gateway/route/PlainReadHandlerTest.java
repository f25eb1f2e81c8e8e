package dev.tidemark.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
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

/** Which of a connection's requests are answered by the handler, and which by who is behind it. */
class NearHandlerTest {

    private final AtomicInteger reads = new AtomicInteger();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void read(ChannelHandlerContext context) {
                            reads.incrementAndGet();
                            context.read();
                        }
                    },
                    new NearHandler(request ->
                            switch (request.uri()) {
                                case "/hit" -> response(200);
                                case "/defect" -> throw new IllegalStateException("thrown");
                                default -> null;
                            }));

    NearHandlerTest() {
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
