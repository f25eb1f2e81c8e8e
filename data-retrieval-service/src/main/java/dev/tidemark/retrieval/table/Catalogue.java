package dev.tidemark.retrieval.table;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.problem.ProblemException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that is known of the database at one moment; never changed, but replaced by a newer one.
 *
 * @param schemas the served ones, the default first
 * @param textSearchConfigurations the names of PostgreSQL's own
 * @param identity of the database; its incarnation is read with the data
 * @param hasIncarnation whether Tidemark's unlogged table can be read
 * @param following what is known of the tables whose changes are captured; empty where none are, or
 *     where this role cannot know
 */
public record Catalogue(
        List<String> schemas,
        Map<TableName, Table> tables,
        Operators operators,
        CastTargets castTargets,
        Set<String> textSearchConfigurations,
        DatabaseIdentity identity,
        boolean hasIncarnation,
        Optional<Following> following) {

    /**
     * Which changes are captured.
     *
     * @param sources the tables that matter to what is served
     * @param followed the oids of those whose changes were captured when this was read
     */
    public record Following(List<Source> sources, Set<Long> followed) {

        public Following {
            sources = List.copyOf(sources);
            followed = Set.copyOf(followed);
        }

        /** Whether everything behind a table or view was captured. */
        public boolean covers(Table table) {
            return table.followability().isFollowable()
                    && followed.containsAll(table.followability().sources());
        }
    }

    public Catalogue {
        schemas = List.copyOf(schemas);
        tables = Map.copyOf(tables);
        textSearchConfigurations = Set.copyOf(textSearchConfigurations);
    }

    /**
     * The table that a request names.
     *
     * @param profile the schema; empty for the default
     * @throws ProblemException if the schema or the table is not served
     */
    public Table table(Optional<String> profile, String name) {
        TableName qualified = named(profile, name);
        String schema = qualified.schema();
        if (!schemas.contains(schema)) {
            throw ProblemException.of(
                    ProblemType.UNKNOWN_PROFILE,
                    "Invalid schema: " + schema,
                    "Only the following schemas are exposed: " + String.join(", ", schemas));
        }
        Table table = tables.get(qualified);
        if (table == null) {
            throw unknown(qualified);
        }
        return table;
    }

    /** What a request means, whether there is such a table or not. */
    public TableName named(Optional<String> profile, String name) {
        return new TableName(profile.orElse(schemas.getFirst()), name);
    }

    private ProblemException unknown(TableName wanted) {
        Problem problem =
                Problem.of(
                        ProblemType.UNKNOWN_TABLE,
                        "Could not find the table '" + wanted + "' in the schema cache");
        Optional<TableName> alike =
                tables.keySet().stream()
                        .filter(name -> name.schema().equals(wanted.schema()))
                        .filter(name -> Spelling.isAlike(name.name(), wanted.name()))
                        .sorted(Comparator.comparing(TableName::name))
                        .findFirst();
        return new ProblemException(
                alike.map(name -> problem.withHint("Perhaps you meant the table '" + name + "'"))
                        .orElse(problem));
    }
}
