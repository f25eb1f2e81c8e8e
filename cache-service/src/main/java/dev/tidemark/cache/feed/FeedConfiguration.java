package dev.tidemark.cache.feed;

import dev.tidemark.cache.invalidation.LogReplica;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whom this instance asks, and who follows it. */
@Configuration(proxyBeanMethods = false)
class FeedConfiguration {

    @Bean
    Feed feed(LogReplica replica, MeterRegistry meters) {
        return new Feed(replica, meters);
    }

    @Bean
    OriginCompleteness originCompleteness(OriginProperties origin, LogReplica replica) {
        return new OriginCompleteness(origin.uris(), replica);
    }

    @Bean
    HeartbeatDemand heartbeatDemand(OriginCompleteness origin, MeterRegistry meters) {
        return new HeartbeatDemand(origin::holder, HeartbeatDemand.TIMEOUT, meters);
    }
}
