package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says which tables and views are followed, and why the others are not. */
@RestController
final class FollowabilityEndpoint {

    private final LiveCatalogue liveCatalogue;
    private final PublicationUpkeep upkeep;

    FollowabilityEndpoint(LiveCatalogue liveCatalogue, PublicationUpkeep upkeep) {
        this.liveCatalogue = liveCatalogue;
        this.upkeep = upkeep;
    }

    /**
     * A table or view that is served.
     *
     * @param reason why it is served by time only; empty if it is followed
     */
    record Entry(String table, boolean followed, String reason) {}

    @GetMapping(path = "/internal/v1/followability", produces = "application/json")
    List<Entry> followability() {
        Catalogue catalogue = liveCatalogue.get();
        return catalogue.tables().values().stream()
                .map(table -> entry(catalogue, table))
                .sorted(Comparator.comparing(Entry::table))
                .toList();
    }

    private Entry entry(Catalogue catalogue, Table table) {
        String name = table.name().toString();
        Optional<Catalogue.Following> following = catalogue.following();
        if (table.followability().obstacle().isPresent()) {
            return new Entry(name, false, table.followability().obstacle().get());
        }
        if (following.isEmpty()) {
            return new Entry(
                    name,
                    false,
                    "changes are not captured: switched off, on a standby, or Tidemark's schema is"
                            + " missing or cannot be read");
        }
        return following.get().covers(table)
                ? new Entry(name, true, "")
                : new Entry(name, false, missing(following.get(), table));
    }

    private String missing(Catalogue.Following following, Table table) {
        Map<String, String> obstacles = upkeep.obstacles();
        return following.sources().stream()
                .filter(source -> table.followability().sources().contains(source.oid()))
                .filter(source -> !following.followed().contains(source.oid()))
                .map(source -> source.name().toString())
                .map(name ->
                        name + " " + obstacles.getOrDefault(name, "has not been captured so far"))
                .collect(Collectors.joining("; "));
    }
}
