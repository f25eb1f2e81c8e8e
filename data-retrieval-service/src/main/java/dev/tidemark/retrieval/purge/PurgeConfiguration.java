package dev.tidemark.retrieval.purge;

import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.table.LiveCatalogue;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Purges as a service. */
@Configuration(proxyBeanMethods = false)
class PurgeConfiguration {

    @Bean
    PurgeEndpoint purgeEndpoint(
            LiveCatalogue catalogue,
            DirectConnections connections,
            // Checked by the change capture, whose it is.
            @Value("${tidemark.change.slot:tidemark}") String slot) {
        return new PurgeEndpoint(catalogue, connections, slot);
    }
}
