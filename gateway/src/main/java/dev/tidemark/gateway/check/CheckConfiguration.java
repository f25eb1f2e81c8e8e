package dev.tidemark.gateway.check;

import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Wires the consistency check. */
@Configuration(proxyBeanMethods = false)
class CheckConfiguration {

    @Bean
    Traces traces() {
        return new Traces();
    }

    @Bean
    ConsistencyEndpoint consistencyEndpoint(Traces traces) {
        return new ConsistencyEndpoint(traces);
    }

    @Bean
    Checker checker(
            CheckProperties properties,
            Follower follower,
            Origin origin,
            Compressor compressor,
            Traces traces,
            MonotonicClock clock,
            MeterRegistry meters) {
        return new Checker(
                properties,
                follower,
                origin,
                new Likeness(compressor),
                new CheckMeters(properties.windows(), meters),
                traces,
                clock,
                InstantSource.system(),
                Schedulers.parallel());
    }

    @Bean
    Sampler sampler(Checker checker, MonotonicClock clock) {
        Sampler sampler = new Sampler(checker::begin, clock);
        checker.take(sampler);
        return sampler;
    }
}
