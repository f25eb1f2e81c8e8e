package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.database.DirectConnections;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** The capture and what it tells others of itself. */
@Configuration(proxyBeanMethods = false)
class ChangeConfiguration {

    @Bean
    ChangeCapture changeCapture(
            ChangeProperties properties,
            CacheProperties cache,
            DirectConnections connections,
            ObjectProvider<FollowedTables> tables,
            MeterRegistry meters) {
        return new ChangeCapture(
                properties,
                cache,
                connections,
                (connection, reader) -> tables.getObject().bring(connection, reader),
                meters);
    }

    @Bean
    RouterFunction<ServerResponse> captureEndpoints(ChangeCapture capture) {
        return RouterFunctions.route()
                .GET("/internal/v1/completeness", _ -> completeness(capture.completeness()))
                .POST("/internal/v1/heartbeats", _ -> heartbeat(capture.demandHeartbeat()))
                .build();
    }

    private static ServerResponse heartbeat(boolean demanded) {
        return demanded ? ServerResponse.noContent().build() : doesNotCapture();
    }

    private static ServerResponse completeness(Optional<Completeness> known) {
        if (known.isPresent()) {
            return ServerResponse.ok()
                    .contentType(MediaType.parseMediaType(LogCodec.MEDIA_TYPE))
                    .body(LogCodec.encodeCompleteness(known.get()));
        }
        return doesNotCapture();
    }

    private static ServerResponse doesNotCapture() {
        return ServerResponse.status(404)
                .contentType(MediaType.parseMediaType(Problem.MEDIA_TYPE))
                .body(
                        Problem.of(
                                        ProblemType.NOT_FOUND,
                                        "this instance does not capture changes, or has only begun")
                                .json());
    }
}
