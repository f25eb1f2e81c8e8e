package dev.tidemark.retrieval.query;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many rows one answer can have.
 *
 * @param defaultRows where a request names no limit
 * @param maxRows whatever limit it names
 */
@ConfigurationProperties("tidemark.limits")
public record LimitsProperties(
        @DefaultValue("1000") long defaultRows, @DefaultValue("10000") long maxRows) {

    public LimitsProperties {
        require(defaultRows > 0, "tidemark.limits.default-rows must be positive");
        require(
                maxRows >= defaultRows,
                "tidemark.limits.max-rows must not be less than tidemark.limits.default-rows");
    }
}
