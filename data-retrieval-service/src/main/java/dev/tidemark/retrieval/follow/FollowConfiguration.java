package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.FollowProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The publication's upkeep, and what it says of itself. */
@Configuration(proxyBeanMethods = false)
class FollowConfiguration {

    @Bean
    PublicationUpkeep publicationUpkeep(LiveCatalogue catalogue, FollowProperties properties) {
        return new PublicationUpkeep(catalogue, properties.publication());
    }

    @Bean
    FollowabilityEndpoint followabilityEndpoint(LiveCatalogue catalogue, PublicationUpkeep upkeep) {
        return new FollowabilityEndpoint(catalogue, upkeep);
    }

    @Bean
    MeterBinder followedTables(LiveCatalogue catalogue) {
        return meters ->
                Gauge.builder("tidemark.followed.tables", catalogue, FollowConfiguration::followed)
                        .description("Tables whose changes are captured")
                        .register(meters);
    }

    private static double followed(LiveCatalogue catalogue) {
        return catalogue
                .current()
                .flatMap(Catalogue::following)
                .map(following -> following.followed().size())
                .orElse(0);
    }
}
