package dev.tidemark.gateway.trace;

import io.micrometer.tracing.propagation.Propagator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires trace propagation. */
@Configuration(proxyBeanMethods = false)
class TraceConfiguration {

    @Bean
    TraceContext traceContext(ObjectProvider<Propagator> propagator) {
        return new TraceContext(propagator.getIfAvailable());
    }
}
