package dev.tidemark.cache.invalidation;

import dev.tidemark.cache.http.BoundedBody;
import dev.tidemark.cache.http.ProblemException;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.wire.MalformedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The log over HTTP, for the reader of the database's changes; and what is told ahead of it. */
@RestController
class LogEndpoint {

    private final InvalidationLog log;
    private final LogReplica replica;
    private final LogMetrics metrics;

    LogEndpoint(InvalidationLog log, LogReplica replica, LogMetrics metrics) {
        this.log = log;
        this.replica = replica;
        this.metrics = metrics;
    }

    @PostMapping("/internal/v1/log/open")
    void open(HttpServletResponse response) throws IOException {
        send(LogCodec.encodeOpened(answer(log.open())), response);
    }

    @PostMapping("/internal/v1/log/records")
    void append(HttpServletRequest request, HttpServletResponse response)
            throws IOException, MalformedException {
        ByteBuffer body = BoundedBody.read(request, LogCodec.BATCH_BYTES_MAX);
        List<EncodedRecord> batch = new ArrayList<>();
        for (byte[] record : LogCodec.splitBatch(body)) {
            batch.add(EncodedRecord.of(record));
        }
        Plausibility.check(batch, replica.state());
        AppendOutcome outcome = answer(log.append(batch));
        metrics.appended(outcome);
        send(LogCodec.encodeOutcome(outcome), response);
    }

    @PostMapping("/internal/v1/advisories")
    void advise(HttpServletRequest request, HttpServletResponse response)
            throws IOException, MalformedException {
        replica.advise(
                LogCodec.decodeAdvisory(BoundedBody.read(request, LogCodec.RECORD_BYTES_MAX)));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private static <T> T answer(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogUnavailableException) {
                throw new ProblemException(
                        Problem.of(ProblemType.OVERLOADED, "The log's shard of Redis is away"));
            }
            throw e;
        }
    }

    private static void send(byte[] body, HttpServletResponse response) throws IOException {
        response.setContentType(LogCodec.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
