package dev.tidemark.gateway.aside;

import dev.tidemark.gateway.check.Sampler;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.feed.HeartbeatDemand;
import dev.tidemark.gateway.guard.MissingGuard;
import dev.tidemark.gateway.hot.HotProperties;
import dev.tidemark.gateway.hot.HotReads;
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

    /** Which keys were found uncacheable lately. */
    @Bean
    KeyMarks passes(ReadProperties properties, MonotonicClock clock) {
        return new KeyMarks(properties.passMarksMax(), properties.passFor(), clock);
    }

    @Bean
    Contested contested(ReadProperties properties, MonotonicClock clock) {
        return new Contested(
                new KeyMarks(properties.passMarksMax(), properties.passFor(), clock),
                new KeyMarks(properties.passMarksMax(), properties.contestedFor(), clock));
    }

    @Bean
    Errand errand(
            NearCache near,
            Follower follower,
            ServingRule rule,
            SharedCache shared,
            SharedProperties sharedProperties,
            Origin origin,
            ReadProperties properties,
            RefreshProperties refresh,
            KeyMarks passes,
            Contested contested,
            MonotonicClock clock,
            AsideMeters meters) {
        FetchAndFill fetches =
                new FetchAndFill(
                        near,
                        shared,
                        origin,
                        passes,
                        contested,
                        new LeaseKeeper(shared, clock, Schedulers.parallel()),
                        new SoftTtlJitter(refresh.jitter(), AsideConfiguration::random),
                        clock,
                        meters);
        return new Errand(
                near,
                follower,
                rule,
                shared,
                fetches,
                sharedProperties.lookupTimeout(),
                properties,
                new AskAgain(AsideConfiguration::random),
                () -> ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE),
                clock,
                Schedulers.parallel(),
                meters);
    }

    @Bean
    Flights flights() {
        return new Flights();
    }

    @Bean
    Refreshes refreshes(
            Flights flights,
            Errand errand,
            KeyMarks passes,
            Contested contested,
            ReadProperties properties,
            RefreshProperties refresh,
            MonotonicClock clock,
            AsideMeters meters) {
        return new Refreshes(
                flights,
                errand,
                passes,
                contested,
                new EarlyRefresh(refresh.beta(), AsideConfiguration::random),
                refresh.concurrency(),
                properties.deadline(),
                clock,
                meters);
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    HotEntries hotEntries(
            HotReads hot,
            HotProperties properties,
            NearCache near,
            Follower follower,
            Refreshes refreshes,
            MonotonicClock clock) {
        return new HotEntries(
                hot,
                near,
                follower,
                refreshes,
                properties.refreshPause(),
                clock,
                Schedulers.parallel());
    }

    @Bean
    ReadFlow readFlow(
            NearCache near,
            Follower follower,
            ServingRule rule,
            Errand errand,
            Origin origin,
            Sampler sampler,
            HotReads hot,
            Flights flights,
            Refreshes refreshes,
            KeyMarks passes,
            Contested contested,
            ReadProperties properties,
            ReloadProperties reload,
            MissingGuard guard,
            HeartbeatDemand heartbeats,
            TokenProperties tokens,
            MonotonicClock clock,
            AsideMeters meters) {
        return new ReadFlow(
                follower,
                rule,
                new Servings(near, rule, sampler, clock, meters),
                errand,
                origin,
                sampler,
                hot,
                flights,
                refreshes,
                new ConcurrencyLimit(reload.concurrency(), reload.waitingMax()),
                passes,
                contested,
                guard,
                properties,
                heartbeats,
                tokens.waitMax(),
                clock,
                Schedulers.parallel(),
                meters);
    }

    private static double random() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
