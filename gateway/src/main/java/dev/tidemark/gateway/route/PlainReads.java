package dev.tidemark.gateway.route;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.aside.ReadFlow;
import dev.tidemark.gateway.aside.ServingRule;
import dev.tidemark.gateway.http.Cors;
import dev.tidemark.gateway.http.ResponseHead;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.security.UncheckedCredentialsRule;
import dev.tidemark.gateway.session.BadTokenException;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Sessions;
import dev.tidemark.gateway.trace.TraceContext;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The near cache's answers to requests as they come from a connection, before Spring has made
 * anything of them, which costs several times as much as an answer. Only what is plain: the other
 * seats give the same answer to whatever is declined here.
 */
final class NearHits implements NearHandler.Answerer {

    /** Of whoever has any of these, more must be known than is known here. */
    private static final List<CharSequence> DECLINED =
            List.of(
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.EXPECT,
                    HttpHeaderNames.UPGRADE);

    private final ServingRule rule;
    private final Sessions sessions;
    private final UncheckedCredentialsRule credentials;
    private final ReadFlow flow;
    private final ResponseWriter writer;
    private final Cors cors;
    private final TraceContext traces;
    private final RequestMeters meters;

    NearHits(
            ServingRule rule,
            Sessions sessions,
            UncheckedCredentialsRule credentials,
            ReadFlow flow,
            ResponseWriter writer,
            Cors cors,
            TraceContext traces,
            RequestMeters meters) {
        this.rule = rule;
        this.sessions = sessions;
        this.credentials = credentials;
        this.flow = flow;
        this.writer = writer;
        this.cors = cors;
        this.traces = traces;
        this.meters = meters;
    }

    /** Null if the near cache has nothing for this request, or another seat must see it. */
    @Override
    public @Nullable FullHttpResponse answer(HttpRequest request) {
        long begun = System.nanoTime();
        if (!isPlain(request)) {
            return null;
        }
        RequestHeaders headers = name -> request.headers().getAll(name);
        if (!credentials.isOpenTo(headers) || traces.isWanted(headers)) {
            return null;
        }
        return ReadRequest.parse(request.method().name(), request.uri(), headers)
                        instanceof ReadRequest.Parsed.Read(ReadRequest read)
                ? answer(read, headers, begun)
                : null;
    }

    private static boolean isPlain(HttpRequest request) {
        if (!request.decoderResult().isSuccess()
                || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || !(request.method().equals(HttpMethod.GET)
                        || request.method().equals(HttpMethod.HEAD))
                || RawTarget.isUnreadable(request)) {
            return false;
        }
        HttpHeaders headers = request.headers();
        for (CharSequence name : DECLINED) {
            if (headers.contains(name)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable FullHttpResponse answer(
            ReadRequest request, RequestHeaders headers, long begun) {
        Session session = session(request);
        if (session == null) {
            return null;
        }
        CacheKey key = CacheKey.of(request.canonical());
        if (!(rule.find(request, session, key) instanceof Found.Fresh fresh)) {
            return null;
        }
        Answer answer = fresh.entry().answer();
        if (answer.encoding() != BodyEncoding.IDENTITY && !request.prefersGzip()) {
            // It takes time to unpack: not on a connection's thread.
            return null;
        }
        ResponseHead head = writer.head(request, session, flow.hit(request, key, fresh));
        FullHttpResponse response = response(cors.fields(headers), head, answer.body());
        meters.answered(request, head.status(), System.nanoTime() - begun);
        return response;
    }

    /** Null if another seat has to see to it. */
    private @Nullable Session session(ReadRequest request) {
        if (sessions.useCookies()) {
            return null;
        }
        try {
            return request.tokens().isEmpty() ? Session.NONE : sessions.read(request.tokens());
        } catch (BadTokenException e) {
            return null;
        }
    }

    /** The array is wrapped, not copied: answers are shared and never changed. */
    private FullHttpResponse response(List<HeaderField> cors, ResponseHead head, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(head.status()),
                        head.withBody() ? Unpooled.wrappedBuffer(body) : Unpooled.EMPTY_BUFFER,
                        DefaultHttpHeadersFactory.headersFactory()
                                .withValidation(false)
                                .newHeaders(),
                        EmptyHttpHeaders.INSTANCE);
        cors.forEach(field -> add(response, field));
        head.fields().forEach(field -> add(response, field));
        response.headers().set(HttpHeaderNames.DATE, writer.date());
        return response;
    }

    private static void add(FullHttpResponse response, HeaderField field) {
        response.headers().add(field.name(), field.value());
    }
}
