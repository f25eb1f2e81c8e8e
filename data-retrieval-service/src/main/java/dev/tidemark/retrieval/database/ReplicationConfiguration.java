package dev.tidemark.retrieval.database;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The way to PostgreSQL beside the pool. */
@Configuration(proxyBeanMethods = false)
class ReplicationConfiguration {

    @Bean
    DirectConnections directConnections(
            DatabaseProperties database, ReplicationProperties replication) {
        return new DirectConnections(replication.address(database));
    }
}
