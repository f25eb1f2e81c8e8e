package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.dba.Diagnosis.Served;
import dev.tidemark.retrieval.dba.Diagnosis.State;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Introspection;
import dev.tidemark.retrieval.table.Source;
import dev.tidemark.retrieval.table.Table;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which of the tables and views that are served can be followed, and why the others cannot. */
final class ServedTables {

    private static final String SOURCES =
            """
            SELECT c.oid, pg_has_role(c.relowner, 'USAGE') AS owned,
                   pg_get_userbyid(c.relowner) AS owner,
                   EXISTS (SELECT FROM pg_publication_rel r
                           JOIN pg_publication p ON p.oid = r.prpubid
                           WHERE p.pubname = ? AND r.prrelid = c.oid) AS published
            FROM pg_class c WHERE c.oid = ANY (?)
            """;

    private static final String OWNS_PUBLICATION =
            "SELECT FROM pg_publication WHERE pubname = ? AND pg_has_role(pubowner, 'USAGE')";

    private final Introspection.Reading reading;
    private final Map<Long, Owned> sources = new HashMap<>();
    private final boolean mayPublish;
    private final boolean isRead;
    private final String role;

    private record Owned(boolean owned, String owner, boolean published) {}

    ServedTables(
            Target target,
            Introspection.Reading reading,
            boolean hasPublication,
            Server server,
            Asked capture)
            throws SQLException {
        this.reading = reading;
        this.role = server.role();
        String publication = target.publication().name();
        mayPublish =
                hasPublication ? capture.exists(OWNS_PUBLICATION, publication) : server.mayCreate();
        isRead =
                Slot.find(capture, target.slot())
                        .filter(slot -> slot.usable() && slot.reader() != 0)
                        .isPresent();
        capture.rows(
                SOURCES,
                row ->
                        sources.put(
                                row.getLong("oid"),
                                new Owned(
                                        row.getBoolean("owned"),
                                        row.getString("owner"),
                                        row.getBoolean("published"))),
                publication,
                capture.connection()
                        .createArrayOf(
                                "oid", reading.sources().stream().map(Source::oid).toArray()));
    }

    List<Served> all() {
        return reading.catalogue().tables().values().stream()
                .map(this::served)
                .sorted(Comparator.comparing(Served::name))
                .toList();
    }

    private Served served(Table table) {
        String name = table.name().toString();
        Optional<String> obstacle = table.followability().obstacle();
        if (obstacle.isPresent()) {
            return new Served(name, State.TIME_ONLY, obstacle.get());
        }
        boolean captured =
                reading.catalogue()
                        .following()
                        .map((Catalogue.Following following) -> following.covers(table))
                        .orElse(false);
        if (isRead && captured) {
            return new Served(name, State.FOLLOWED, "");
        }
        String missing =
                reading.sources().stream()
                        .filter(source -> table.followability().sources().contains(source.oid()))
                        .flatMap(source -> unpublishable(source).stream())
                        .collect(Collectors.joining("; "));
        return missing.isEmpty()
                ? new Served(name, State.FOLLOWABLE, "")
                : new Served(name, State.TIME_ONLY, missing);
    }

    private Optional<String> unpublishable(Source source) {
        Owned found = sources.get(source.oid());
        if (found == null || found.published() || (found.owned() && mayPublish)) {
            return Optional.empty();
        }
        return Optional.of(
                found.owned()
                        ? source.name()
                                + " is not in the publication, which is not "
                                + role
                                + "'s to add it to"
                        : source.name()
                                + " is not in the publication, and only its owner "
                                + found.owner()
                                + " can add it");
    }
}
