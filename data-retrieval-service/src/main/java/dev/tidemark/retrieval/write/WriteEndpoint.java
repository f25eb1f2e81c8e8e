package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.HttpRequestHandler;

/** Writes over HTTP: like reads, by the one grammar and from the raw target. */
final class WriteEndpoint implements HttpRequestHandler {

    private static final Logger log = LoggerFactory.getLogger(WriteEndpoint.class);

    private final TableWrites writes;
    private final int bodyBytesMax;

    WriteEndpoint(TableWrites writes, int bodyBytesMax) {
        this.writes = writes;
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            switch (parse(request)) {
                case WriteRequest.Parsed.Write(WriteRequest write) ->
                        send(writes.write(write, body(request)), response);
                case WriteRequest.Parsed.Refused(Problem problem) ->
                        ProblemResponse.write(problem, false, response);
                case WriteRequest.Parsed.NotOurs _ ->
                        ProblemResponse.write(
                                Problem.of(ProblemType.NOT_FOUND, "nothing is served at this path"),
                                false,
                                response);
            }
        } catch (ProblemException e) {
            ProblemResponse.write(e.problem(), false, response);
        } catch (RuntimeException e) {
            log.error("A write failed", e);
            ProblemResponse.write(
                    Problem.of(ProblemType.INTERNAL, "the write failed"), false, response);
        }
    }

    private static WriteRequest.Parsed parse(HttpServletRequest request) {
        String query = request.getQueryString();
        String target = request.getRequestURI() + (query == null ? "" : "?" + query);
        return WriteRequest.parseCanonical(
                request.getMethod(), target, name -> Collections.list(request.getHeaders(name)));
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        byte[] body =
                request.getContentLengthLong() > bodyBytesMax
                        ? new byte[0]
                        : request.getInputStream().readNBytes(bodyBytesMax + 1);
        if (request.getContentLengthLong() > bodyBytesMax || body.length > bodyBytesMax) {
            throw ProblemException.of(
                    ProblemType.PAYLOAD_TOO_LARGE,
                    "the body has more than %d bytes".formatted(bodyBytesMax),
                    "write fewer rows at once");
        }
        return body;
    }

    private static void send(Written written, HttpServletResponse response) throws IOException {
        response.setStatus(written.status());
        for (List<HeaderField> fields : List.of(written.head(), written.internal().fields())) {
            fields.forEach(field -> response.setHeader(field.name(), field.value()));
        }
        if (written.status() != 204) {
            response.setContentLength(written.body().length);
            response.getOutputStream().write(written.body());
        }
    }
}
