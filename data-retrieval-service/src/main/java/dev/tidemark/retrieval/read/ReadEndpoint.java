package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Purpose;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.common.wire.ReplicaUse;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.ProblemResponse;
import dev.tidemark.retrieval.problem.SqlProblems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.coyote.CloseNowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.HttpRequestHandler;

/**
 * The tables over HTTP. It parses the raw target itself, by the grammar that it shares with the
 * gateway, so what the servlet container and Spring make of the path decides nothing.
 */
final class ReadEndpoint implements HttpRequestHandler {

    private static final Logger log = LoggerFactory.getLogger(ReadEndpoint.class);

    private final TableReads reads;

    ReadEndpoint(TableReads reads) {
        this.reads = reads;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        try {
            switch (parse(request)) {
                case ReadRequest.Parsed.Read(ReadRequest read) -> {
                    RequestHeaders headers = headers(request);
                    send(
                            reads.read(read, ReplicaUse.allowed(headers), Purpose.of(headers)),
                            head,
                            response);
                }
                case ReadRequest.Parsed.Refused(Problem problem) ->
                        ProblemResponse.write(problem, head, response);
                case ReadRequest.Parsed.NotOurs _ ->
                        ProblemResponse.write(
                                Problem.of(ProblemType.NOT_FOUND, "nothing is served at this path"),
                                head,
                                response);
            }
        } catch (ProblemException e) {
            ProblemResponse.write(e.problem(), head, response);
        } catch (RuntimeException e) {
            log.error("A read failed", e);
            ProblemResponse.write(
                    Problem.of(ProblemType.INTERNAL, "the read failed"), head, response);
        }
    }

    private static RequestHeaders headers(HttpServletRequest request) {
        return name -> Collections.list(request.getHeaders(name));
    }

    private static ReadRequest.Parsed parse(HttpServletRequest request) {
        String query = request.getQueryString();
        String target = request.getRequestURI() + (query == null ? "" : "?" + query);
        return ReadRequest.parseCanonical(request.getMethod(), target, headers(request));
    }

    private static void send(Reading reading, boolean head, HttpServletResponse response)
            throws IOException {
        switch (reading) {
            case Reading.Complete(
                            Answer answer,
                            boolean cacheable,
                            Repeatability repeatability,
                            Optional<Duration> behind) -> {
                AnswerHeaders internal = AnswerHeaders.of(answer, cacheable);
                writeHead(answer.status(), answer.head(), internal, response);
                HeaderField repeatable = repeatability.field();
                response.setHeader(repeatable.name(), repeatable.value());
                behind.map(ReplicaUse::behind)
                        .ifPresent(field -> response.setHeader(field.name(), field.value()));
                response.setContentLength(answer.body().length);
                if (!head) {
                    response.getOutputStream().write(answer.body());
                }
            }
            case Reading.Streaming streaming -> stream(streaming, head, response);
        }
    }

    private static void stream(
            Reading.Streaming streaming, boolean head, HttpServletResponse response)
            throws IOException {
        try (Cursor rest = streaming.rest()) {
            writeHead(streaming.status(), streaming.head(), streaming.internal(), response);
            if (!head) {
                streaming.body().writeTo(response.getOutputStream(), rest);
            }
        } catch (SQLException e) {
            throw brokenOff(SqlProblems.message(e));
        } catch (ProblemException e) {
            throw brokenOff(e.problem().message());
        }
    }

    /**
     * The head is out and says 200: all that is left is to close the connection without the last
     * chunk, which the container does on this exception, of which it makes no more words.
     */
    private static CloseNowException brokenOff(String why) {
        log.warn("A stream was broken off: {}", why);
        return new CloseNowException("broken off: " + why);
    }

    private static void writeHead(
            int status,
            List<HeaderField> head,
            AnswerHeaders internal,
            HttpServletResponse response) {
        response.setStatus(status);
        head.forEach(field -> response.setHeader(field.name(), field.value()));
        internal.fields().forEach(field -> response.setHeader(field.name(), field.value()));
    }
}
