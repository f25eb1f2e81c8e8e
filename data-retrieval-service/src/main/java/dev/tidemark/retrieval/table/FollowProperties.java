package dev.tidemark.retrieval.table;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether changes are followed.
 *
 * @param enabled if not, all answers are served by time only
 * @param publication the name of the publication that tells which tables' changes are captured
 */
@ConfigurationProperties("tidemark.change")
public record FollowProperties(
        @DefaultValue("true") boolean enabled, @DefaultValue("tidemark") String publication) {

    /** What PostgreSQL cuts names to. */
    private static final int NAME_CHARS_MAX = 63;

    public FollowProperties {
        require(
                !publication.isBlank() && publication.length() <= NAME_CHARS_MAX,
                "tidemark.change.publication must be a name of 1 to 63 characters");
    }
}
