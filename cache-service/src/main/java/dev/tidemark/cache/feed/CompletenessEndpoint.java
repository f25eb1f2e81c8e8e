package dev.tidemark.cache.feed;

import dev.tidemark.cache.http.ProblemException;
import dev.tidemark.cache.invalidation.LogReplica;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells those who follow this instance how far it is behind the database at most. */
@RestController
class CompletenessEndpoint {

    private final LogReplica replica;

    CompletenessEndpoint(LogReplica replica) {
        this.replica = replica;
    }

    @GetMapping("/internal/v1/completeness")
    void completeness(HttpServletResponse response) throws IOException {
        Completeness completeness = replica.completeness();
        if (completeness.staleness().equals(Completeness.UNKNOWN)) {
            throw new ProblemException(
                    Problem.of(ProblemType.OVERLOADED, "How complete the log is is not known"));
        }
        byte[] body = LogCodec.encodeCompleteness(completeness);
        response.setContentType(LogCodec.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
