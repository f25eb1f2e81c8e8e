package dev.tidemark.retrieval.table;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What of the database is served: all that the role may read in these schemas, less what is hidden.
 *
 * @param schemas the first is the default, {@code Accept-Profile} selects another
 * @param hide tables and columns that are not served: {@code table}, {@code table.column}, {@code
 *     schema.table} or {@code schema.table.column}
 * @param refreshInterval how often the database's catalogues are read again; at least 1 s
 */
@ConfigurationProperties("tidemark")
public record ExposureProperties(
        @DefaultValue("public") List<String> schemas,
        @DefaultValue List<String> hide,
        @DefaultValue("30s") Duration refreshInterval) {

    /** Tidemark's own schema, which is never served. */
    public static final String OWN_SCHEMA = "tidemark";

    public ExposureProperties {
        schemas = schemas.stream().map(String::strip).distinct().toList();
        hide = hide.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
        require(
                refreshInterval.toMillis() >= 1000,
                "tidemark.refresh-interval must be at least 1s");
        require(!schemas.isEmpty(), "tidemark.schemas must name at least one schema");
        for (String schema : schemas) {
            require(!schema.isEmpty(), "tidemark.schemas has an empty name");
            require(
                    !schema.startsWith("pg_")
                            && !schema.equals("information_schema")
                            && !schema.equals(OWN_SCHEMA),
                    "tidemark.schemas must not name '"
                            + schema
                            + "': system schemas and Tidemark's own are never served");
        }
        for (String name : hide) {
            int parts = name.split("\\.", -1).length;
            require(
                    parts <= 3 && !name.startsWith(".") && !name.endsWith("."),
                    "tidemark.hide has '"
                            + name
                            + "': write table, table.column or schema.table.column");
        }
    }

    /** What a table can be called here. */
    static List<String> names(TableName table) {
        return List.of(table.name(), table.toString());
    }

    /** What a column can be called here. */
    static List<String> names(TableName table, String column) {
        return names(table).stream().map(name -> name + '.' + column).toList();
    }

    boolean hides(TableName table) {
        return names(table).stream().anyMatch(hide::contains);
    }

    boolean hides(TableName table, String column) {
        return names(table, column).stream().anyMatch(hide::contains);
    }
}
