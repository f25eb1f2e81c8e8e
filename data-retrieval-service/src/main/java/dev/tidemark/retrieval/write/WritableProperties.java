package dev.tidemark.retrieval.write;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may be written to; what is not served never is.
 *
 * @param writable {@code table} or {@code schema.table}, or {@code *} alone for all; none by
 *     default
 */
@ConfigurationProperties("tidemark")
public record WritableProperties(@DefaultValue List<String> writable) {

    private static final String ALL = "*";

    public WritableProperties {
        writable = writable.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
        require(
                !writable.contains(ALL) || writable.size() == 1,
                "tidemark.writable: * stands for all tables, so it stands alone");
        for (String name : writable) {
            require(
                    name.split("\\.", -1).length <= 2
                            && !name.startsWith(".")
                            && !name.endsWith("."),
                    "tidemark.writable has '" + name + "': write table or schema.table");
        }
    }

    boolean allows(Table table) {
        TableName name = table.name();
        return table.kind() != Table.Kind.MATERIALIZED_VIEW
                && (writable.contains(ALL)
                        || writable.contains(name.name())
                        || writable.contains(name.toString()));
    }
}
