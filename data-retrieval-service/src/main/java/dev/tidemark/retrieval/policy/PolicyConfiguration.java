package dev.tidemark.retrieval.policy;

import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The policies and what they are read with. */
@Configuration(proxyBeanMethods = false)
class PolicyConfiguration {

    /** Not at start: the database may not be there yet. */
    @Bean
    FlywayMigrationStrategy flywayMigrationStrategy() {
        return flyway -> {};
    }

    @Bean
    BoundedLockWait boundedLockWait() {
        return new BoundedLockWait(Duration.ofSeconds(5));
    }

    /** Ready once it is known what must not be cached. */
    @Bean
    HealthIndicator policiesHealthIndicator(LivePolicies policies) {
        return () -> (policies.isKnown() ? Health.up() : Health.outOfService()).build();
    }

    @Bean
    LivePolicies livePolicies(
            Flyway flyway,
            CachePolicyRepository repository,
            LiveCatalogue catalogue,
            FreshnessProperties freshness,
            ExposureProperties exposure) {
        return new LivePolicies(new Migration(flyway), repository, catalogue, freshness, exposure);
    }
}
