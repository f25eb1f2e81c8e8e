package dev.tidemark.retrieval.replica;

import dev.tidemark.retrieval.database.ReplicaPools;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the read replicas. */
@Configuration(proxyBeanMethods = false)
class ReplicaConfiguration {

    @Bean
    Replicas replicas(
            DataSource primary,
            ReplicaPools pools,
            ReplicaProperties properties,
            MeterRegistry meters) {
        return new Replicas(primary, pools.pools(), properties, meters);
    }
}
