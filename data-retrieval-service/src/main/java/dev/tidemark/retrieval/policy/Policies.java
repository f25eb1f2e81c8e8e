package dev.tidemark.retrieval.policy;

import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How long answers may be served, for every table; never changed, but replaced.
 *
 * @param defaults for tables that nothing else is said of
 * @param byName the tables' own, under {@code schema.table}
 */
record Policies(TablePolicy defaults, Map<String, TablePolicy> byName) {

    static Policies of(TablePolicy defaults, String defaultSchema, Iterable<CachePolicy> policies) {
        Map<String, TablePolicy> byName =
                stream(policies)
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        policy -> qualified(policy.tableName(), defaultSchema),
                                        policy -> policy.over(defaults),
                                        TablePolicy::and));
        return new Policies(defaults, byName);
    }

    private static Stream<CachePolicy> stream(Iterable<CachePolicy> policies) {
        return StreamSupport.stream(policies.spliterator(), false);
    }

    private static String qualified(String name, String defaultSchema) {
        return name.contains(".") ? name : new TableName(defaultSchema, name).toString();
    }

    /**
     * The policy of a table; a partition's is its root's. A view without one of its own may be
     * served as long as all the tables behind it.
     */
    TablePolicy of(Table table) {
        TablePolicy own = byName.get(table.name().toString());
        if (own != null) {
            return own;
        }
        return Stream.concat(table.rowNames().stream(), table.behind().stream())
                .map((Function<String, TablePolicy>) name -> byName.getOrDefault(name, defaults))
                .reduce(TablePolicy::and)
                .orElse(defaults);
    }
}
