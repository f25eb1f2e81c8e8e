package dev.tidemark.retrieval.table;

import dev.tidemark.common.wire.DatabaseIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes catalogues for tests. */
public final class Catalogues {

    private Catalogues() {}

    /**
     * A catalogue of these tables.
     *
     * @param operators each as {@code symbol schema type}, with the same type on both sides
     */
    public static Catalogue of(
            Map<TableName, Table> tables, List<String> operators, DatabaseIdentity identity) {
        Set<Operators.Signature> signatures =
                operators.stream()
                        .map(text -> text.split(" ", -1))
                        .map(parts ->
                                new Operators.Signature(parts[0], parts[1], parts[2], parts[2]))
                        .collect(Collectors.toSet());
        return new Catalogue(
                List.of("public"),
                tables,
                new Operators(signatures),
                new CastTargets(
                        Map.of(
                                "int4", new CastTargets.Target("pg_catalog", "int4", false),
                                "text", new CastTargets.Target("pg_catalog", "text", false))),
                Set.of("english"),
                identity,
                false,
                Optional.empty());
    }
}
