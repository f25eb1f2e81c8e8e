package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How changes are captured.
 *
 * @param enabled whether at all
 * @param slot the replication slot's name: lower-case letters, digits and underscores
 * @param publication the publication's name: the same
 * @param temporary whether the slot goes when its reader does, and keeps no write-ahead log for the
 *     next; each new reader then begins with nothing valid
 * @param heartbeatInterval between two heartbeats; from 10 ms to 1 s
 * @param takeoverPoll how often to see whether the slot is free, while another instance holds it;
 *     from 50 ms to 1 s
 * @param longWriter for how long a transaction must have been writing to be left out of versions;
 *     at least 100 ms
 * @param confirmDelay for how long PostgreSQL keeps what the log already has, so that what a
 *     failover of the log loses can be sent again; at least 1 s
 */
@ConfigurationProperties("tidemark.change")
record ChangeProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("tidemark") String slot,
        @DefaultValue("tidemark") String publication,
        @DefaultValue("false") boolean temporary,
        @DefaultValue("100ms") Duration heartbeatInterval,
        @DefaultValue("500ms") Duration takeoverPoll,
        @DefaultValue("1s") Duration longWriter,
        @DefaultValue("15s") Duration confirmDelay) {

    ChangeProperties {
        requireName(slot, "slot");
        requireName(publication, "publication");
        requireBetween(heartbeatInterval, 10, 1000, "heartbeat-interval");
        requireBetween(takeoverPoll, 50, 1000, "takeover-poll");
        requireBetween(longWriter, 100, Integer.MAX_VALUE, "long-writer");
        requireBetween(confirmDelay, 1000, Integer.MAX_VALUE, "confirm-delay");
    }

    /** PostgreSQL's rule for slots, and good enough for a publication. */
    private static void requireName(String name, String property) {
        require(
                name.matches("[a-z0-9_]{1,63}"),
                "tidemark.change."
                        + property
                        + " must be 1 to 63 lower-case letters, digits and underscores");
    }

    private static void requireBetween(
            Duration value, int millisMin, int millisMax, String property) {
        require(
                value.toMillis() >= millisMin && value.toMillis() <= millisMax,
                "tidemark.change."
                        + property
                        + (millisMax == Integer.MAX_VALUE
                                ? " must be at least " + millisMin + "ms"
                                : " must be from " + millisMin + "ms to " + millisMax + "ms"));
    }
}
