package dev.tidemark.gateway.compression;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Wires the compressor. */
@Configuration(proxyBeanMethods = false)
class CompressionConfiguration {

    /** Threads of its own: on Reactor's shared ones, deadlines would wait for long bodies. */
    @Bean(destroyMethod = "dispose")
    Scheduler compressionScheduler() {
        return Schedulers.newParallel(
                "compression", Runtime.getRuntime().availableProcessors(), true);
    }

    @Bean
    Compressor compressor(
            CompressionProperties properties,
            Scheduler compressionScheduler,
            MeterRegistry meters) {
        return new Compressor(
                (int) properties.bodyBytesMin().toBytes(), compressionScheduler, meters);
    }
}
