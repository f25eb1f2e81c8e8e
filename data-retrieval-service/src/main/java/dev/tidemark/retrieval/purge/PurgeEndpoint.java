package dev.tidemark.retrieval.purge;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Purges over HTTP, for whatever is inside of the network: {@code {"target": "film/1"}}. */
@RestController
final class PurgeEndpoint {

    /** More than any of its statements takes. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    /** How long to look for a table that is not in the newest catalogue. */
    private static final Duration CATALOGUE_WAIT = Duration.ofSeconds(2);

    private final LiveCatalogue liveCatalogue;
    private final DirectConnections connections;
    private final String slot;

    PurgeEndpoint(LiveCatalogue liveCatalogue, DirectConnections connections, String slot) {
        this.liveCatalogue = liveCatalogue;
        this.connections = connections;
        this.slot = slot;
    }

    /**
     * What to purge.
     *
     * @param target {@code TABLE} or {@code TABLE/KEY}
     */
    record Wanted(@Nullable String target) {}

    /**
     * What was purged.
     *
     * @param heard {@code now}, or {@code later} if the reader of the slot is away
     */
    record Done(String tag, String heard) {}

    @PostMapping(
            path = "/internal/v1/purges",
            consumes = "application/json",
            produces = "application/json")
    ResponseEntity<?> purge(@RequestBody Wanted wanted) {
        try {
            String target = wanted.target();
            if (target == null) {
                throw ProblemException.of(
                        ProblemType.BAD_REQUEST,
                        "the body has no target",
                        "send {\"target\": \"TABLE\"} or {\"target\": \"TABLE/KEY\"}");
            }
            PurgeTarget parsed = PurgeTarget.parse(target);
            Catalogue catalogue = catalogue(parsed);
            try (Connection connection = connections.open("tidemark purge", SILENCE_MAX)) {
                Purge.Purged purged = new Purge(connection, catalogue, slot).of(parsed);
                return ResponseEntity.ok(
                        new Done(
                                purged.tag().text(),
                                purged.heard().name().toLowerCase(Locale.ROOT)));
            }
        } catch (ProblemException e) {
            return problem(e.problem());
        } catch (SQLException e) {
            return problem(SqlProblems.of(e));
        }
    }

    /** One that has the table, if it is not too new to be in any. */
    private Catalogue catalogue(PurgeTarget target) {
        Catalogue newest = liveCatalogue.get();
        return target.isIn(newest) ? newest : liveCatalogue.refreshed(CATALOGUE_WAIT);
    }

    private static ResponseEntity<byte[]> problem(Problem problem) {
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.parseMediaType(Problem.MEDIA_TYPE))
                .body(problem.json());
    }
}
