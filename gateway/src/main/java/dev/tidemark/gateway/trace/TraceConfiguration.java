package dev.tidemark.gateway.trace;

import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.micrometer.tracing.autoconfigure.TracingProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires traces. */
@Configuration(proxyBeanMethods = false)
class TraceConfiguration {

    private static final String COLLECTOR =
            "${management.opentelemetry.tracing.export.otlp.endpoint:}";

    @Bean
    TraceContext traceContext(
            ObjectProvider<Propagator> propagator,
            TracingProperties properties,
            @Value(COLLECTOR) String collector) {
        return new TraceContext(
                propagator.getIfAvailable(),
                !collector.isBlank(),
                properties.getSampling().getProbability() > 0);
    }

    /**
     * Which requests are recorded, here and in the services behind, which do as the gateway does:
     * none as long as nobody is sent the records, whatever a client asks for.
     */
    @Bean
    Sampler recordedTraces(TracingProperties properties, @Value(COLLECTOR) String collector) {
        return collector.isBlank()
                ? Sampler.alwaysOff()
                : Sampler.parentBased(
                        Sampler.traceIdRatioBased(properties.getSampling().getProbability()));
    }
}
