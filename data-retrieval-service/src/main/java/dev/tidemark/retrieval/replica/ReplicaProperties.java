package dev.tidemark.retrieval.replica;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which replicas may answer; where they are is {@code tidemark.database.read-urls}.
 *
 * @param behindMax a replica that is further behind the primary is left alone
 * @param pollInterval how often primary and replicas are asked how far they are
 */
@ConfigurationProperties("tidemark.replicas")
record ReplicaProperties(
        @DefaultValue("5s") Duration behindMax, @DefaultValue("100ms") Duration pollInterval) {

    ReplicaProperties {
        require(
                behindMax.isPositive() && behindMax.compareTo(Duration.ofMinutes(1)) <= 0,
                "tidemark.replicas.behind-max must be positive and at most 1m");
        require(
                pollInterval.toMillis() >= 10 && pollInterval.compareTo(Duration.ofSeconds(1)) <= 0,
                "tidemark.replicas.poll-interval must be from 10ms to 1s");
    }
}
