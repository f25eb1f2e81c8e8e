package dev.tidemark.cache.fill;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what is known of fills. */
@Configuration(proxyBeanMethods = false)
class FillConfiguration {

    @Bean
    LeaseLength leaseLength(LeaseProperties properties, MeterRegistry meters) {
        LeaseLength length = new LeaseLength(properties.timeoutMin(), properties.timeout());
        TimeGauge.builder(
                        "tidemark.lease.length",
                        length,
                        TimeUnit.MILLISECONDS,
                        known -> known.granted().toMillis())
                .description("For how long leases are granted: about as long as fills take")
                .strongReference(true)
                .register(meters);
        return length;
    }
}
