package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.aside.ReadFlow;
import dev.tidemark.gateway.aside.Served;
import dev.tidemark.gateway.aside.ServingRule;
import dev.tidemark.gateway.guard.Client;
import dev.tidemark.gateway.guard.Clients;
import dev.tidemark.gateway.http.Cors;
import dev.tidemark.gateway.http.ResponseHead;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.route.PlainReadHandler.Turn;
import dev.tidemark.gateway.security.UncheckedCredentialsRule;
import dev.tidemark.gateway.session.BadTokenException;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Sessions;
import dev.tidemark.gateway.trace.TraceContext;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Answers to requests as they come from a connection, before Spring has made anything of them,
 * which costs several times as much as an answer. Only to what is plain: the other seats give the
 * same answer to whatever is declined here, and streams are handed over to them.
 */
final class PlainReads implements PlainReadHandler.Answerer {

    /** Of a body, unpacked. */
    private static final int BYTES_MAX = 128 * 1024;

    /** Of whoever has any of these, more must be known than is known here. */
    private static final List<CharSequence> DECLINED =
            List.of(
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.EXPECT,
                    HttpHeaderNames.UPGRADE);

    private final Duration idleTimeout;
    private final ServingRule rule;
    private final Sessions sessions;
    private final UncheckedCredentialsRule credentials;
    private final ReadFlow flow;
    private final Clients clients;
    private final ResponseWriter writer;
    private final Cors cors;
    private final TraceContext traces;
    private final RequestMeters meters;

    /**
     * @param idleTimeout how long nothing may move on a connection before it is closed: what is
     *     waited for here counts as nothing, behind it does not
     */
    PlainReads(
            Duration idleTimeout,
            ServingRule rule,
            Sessions sessions,
            UncheckedCredentialsRule credentials,
            ReadFlow flow,
            Clients clients,
            ResponseWriter writer,
            Cors cors,
            TraceContext traces,
            RequestMeters meters) {
        this.idleTimeout = idleTimeout;
        this.rule = rule;
        this.sessions = sessions;
        this.credentials = credentials;
        this.flow = flow;
        this.clients = clients;
        this.writer = writer;
        this.cors = cors;
        this.traces = traces;
        this.meters = meters;
    }

    /** A request that may be answered here, and since when it is. */
    private record Read(
            HttpRequest http,
            RequestHeaders headers,
            ReadRequest request,
            Session session,
            long begun) {

        /** Since it came. */
        long nanos() {
            return System.nanoTime() - begun;
        }
    }

    @Override
    public Turn turn(HttpRequest http, Channel channel) {
        long begun = System.nanoTime();
        if (!isPlain(http)) {
            return Turn.Pass.ON;
        }
        RequestHeaders headers = name -> http.headers().getAll(name);
        if (!credentials.isOpenTo(headers)
                || traces.isWanted(headers)
                || !(ReadRequest.parse(http.method().name(), http.uri(), headers)
                        instanceof ReadRequest.Parsed.Read(ReadRequest request))) {
            return Turn.Pass.ON;
        }
        Session session = session(request);
        return session == null
                ? Turn.Pass.ON
                : turn(new Read(http, headers, request, session, begun), channel);
    }

    private Turn turn(Read read, Channel channel) {
        ReadRequest request = read.request();
        CacheKey key = CacheKey.of(request.canonical());
        if (rule.find(request, read.session(), key) instanceof Found.Fresh fresh
                && isReady(fresh.entry().answer(), request)
                && !isLong(fresh.entry().answer())) {
            Served.Whole hit = flow.hit(request, key, fresh);
            return new Turn.Now(response(read, hit, hit.entry().answer().body()));
        }
        return mayWait(read) ? new Turn.Later(later(read, key, channel)) : Turn.Pass.ON;
    }

    private boolean mayWait(Read read) {
        // What may be recorded begins where Spring sees it.
        return !traces.isSampled()
                && read.headers().first(TraceContext.PARENT).isEmpty()
                && flow.timeout(read.request()).compareTo(idleTimeout) < 0;
    }

    private Mono<FullHttpResponse> later(Read read, CacheKey key, Channel channel) {
        Client client =
                clients.of(
                        channel.remoteAddress() instanceof InetSocketAddress peer ? peer : null,
                        read.headers().all("X-Forwarded-For"));
        String trace = traces.begin();
        Mono<FullHttpResponse> answer =
                flow.read(read.request(), client, read.session(), key)
                        .flatMap(served -> answer(read, served, channel, trace))
                        .doOnCancel(() -> meters.left(read.request(), read.nanos()));
        return trace == null ? answer : answer.contextWrite(TraceContext.of(trace));
    }

    /** Empty if it is handed over. */
    private Mono<FullHttpResponse> answer(
            Read read, Served served, Channel channel, @Nullable String trace) {
        return switch (served) {
            case Served.Whole whole -> {
                Answer answer = whole.entry().answer();
                yield isLong(answer)
                        ? handOver(read, whole, channel, trace)
                        : isReady(answer, read.request())
                                ? Mono.just(response(read, whole, answer.body()))
                                : writer.body(answer).map(body -> response(read, whole, body));
            }
            case Served.Refused refused ->
                    Mono.just(
                            problem(
                                    read,
                                    writer.head(read.request(), refused),
                                    refused.body(),
                                    trace));
            case Served.Failed(Problem problem) -> {
                byte[] body = problem.json();
                ResponseHead head = ResponseWriter.head(problem, body, !read.request().head());
                yield Mono.just(problem(read, head, body, trace));
            }
            case Served.Streamed streamed -> handOver(read, streamed, channel, trace);
        };
    }

    private static Mono<FullHttpResponse> handOver(
            Read read, Served served, Channel channel, @Nullable String trace) {
        if (trace != null) {
            read.http().headers().set(TraceContext.PARENT, trace);
        }
        new Handover(read.http().headers(), read.request(), read.session(), served, read.begun())
                .leave(channel);
        return Mono.empty();
    }

    /**
     * Whether a slow client may take longer for it than a connection may be idle, which only those
     * behind see to.
     */
    private static boolean isLong(Answer answer) {
        return answer.identityBytes() > BYTES_MAX;
    }

    /** Else it takes time to unpack: not on a connection's thread. */
    private static boolean isReady(Answer answer, ReadRequest request) {
        return answer.encoding() == BodyEncoding.IDENTITY || request.prefersGzip();
    }

    private FullHttpResponse response(Read read, Served.Whole whole, byte[] body) {
        return response(read, writer.head(read.request(), read.session(), whole), body);
    }

    /** Says where it is found, as problems do from every seat. */
    private FullHttpResponse problem(
            Read read, ResponseHead head, byte[] body, @Nullable String trace) {
        FullHttpResponse response = response(read, head, body);
        if (trace != null) {
            add(response, TraceContext.response(trace));
        }
        return response;
    }

    private FullHttpResponse response(Read read, ResponseHead head, byte[] body) {
        FullHttpResponse response = response(cors.fields(read.headers()), head, body);
        meters.answered(read.request(), head.status(), read.nanos());
        return response;
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
