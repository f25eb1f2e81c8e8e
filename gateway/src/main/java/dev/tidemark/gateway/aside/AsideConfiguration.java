package dev.tidemark.gateway.aside;

import dev.tidemark.gateway.check.Sampler;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.feed.HeartbeatDemand;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.session.TokenProperties;
import dev.tidemark.gateway.shared.SharedCache;
import dev.tidemark.gateway.shared.SharedProperties;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Wires the flow of reads. */
@Configuration(proxyBeanMethods = false)
class AsideConfiguration {

    @Bean
    AsideMeters asideMeters(MeterRegistry registry) {
        return new AsideMeters(registry);
    }

    @Bean
    ServingRule servingRule(NearCache near, Follower follower) {
        return new ServingRule(near, follower);
    }

    @Bean
    ReadFlow readFlow(
            NearCache near,
            Follower follower,
            ServingRule rule,
            SharedCache shared,
            SharedProperties sharedProperties,
            Origin origin,
            Sampler sampler,
            ReadProperties properties,
            ReloadProperties reload,
            HeartbeatDemand heartbeats,
            TokenProperties tokens,
            MonotonicClock clock,
            AsideMeters meters) {
        PassMarkers passes =
                new PassMarkers(properties.passMarksMax(), properties.passFor(), clock);
        Errand errand =
                new Errand(
                        near,
                        follower,
                        rule,
                        shared,
                        origin,
                        passes,
                        sharedProperties.lookupTimeout(),
                        properties,
                        new AskAgain(() -> ThreadLocalRandom.current().nextDouble()),
                        () -> ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE),
                        clock,
                        Schedulers.parallel(),
                        meters);
        return new ReadFlow(
                follower,
                rule,
                new Servings(near, rule, sampler, clock, meters),
                errand,
                origin,
                sampler,
                new ConcurrencyLimit(reload.concurrency(), reload.waitingMax()),
                passes,
                properties,
                heartbeats,
                tokens.waitMax(),
                clock,
                Schedulers.parallel(),
                meters);
    }
}
