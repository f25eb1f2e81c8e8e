package dev.tidemark.retrieval.table;

import javax.sql.DataSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The catalogue, and what it says of the service's readiness. */
@Configuration(proxyBeanMethods = false)
class TableConfiguration {

    @Bean
    LiveCatalogue liveCatalogue(
            DataSource database, ExposureProperties exposure, FollowProperties follow) {
        return new LiveCatalogue(database, exposure, follow);
    }

    /**
     * Ready once the catalogue was read. Not again unready when the database goes away: then this
     * service is what says so to its callers, and at once.
     */
    @Bean
    HealthIndicator catalogueHealthIndicator(LiveCatalogue catalogue) {
        return () ->
                catalogue
                        .current()
                        .map(read -> Health.up().withDetail("tables", read.tables().size()))
                        .orElseGet(Health::outOfService)
                        .build();
    }
}
