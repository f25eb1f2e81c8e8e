package dev.tidemark.gateway.trace;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Hands the trace of the request in a Reactor context on to the next service. */
public final class TraceContext {

    private final @Nullable Propagator propagator;

    TraceContext(@Nullable Propagator propagator) {
        this.propagator = propagator;
    }

    /** Hands nothing on. */
    public static TraceContext none() {
        return new TraceContext(null);
    }

    /** Writes {@code traceparent} of the request that this context belongs to, if there is one. */
    public void inject(ContextView context, HttpHeaders headers) {
        Observation observation = observation(context);
        if (propagator == null || observation == null) {
            return;
        }
        TracingObservationHandler.TracingContext tracing =
                observation.getContextView().get(TracingObservationHandler.TracingContext.class);
        Span span = tracing == null ? null : tracing.getSpan();
        if (span != null) {
            propagator.inject(
                    span.context(), headers, (carrier, name, value) -> headers.set(name, value));
        }
    }

    /**
     * Logs with the trace id of the request that this context belongs to. Only where something is
     * logged, since to carry it over every switch of threads costs each hit.
     */
    public static void log(ContextView context, Runnable log) {
        Observation observation = observation(context);
        if (observation == null) {
            log.run();
        } else {
            observation.scoped(log);
        }
    }

    private static @Nullable Observation observation(ContextView context) {
        return context.getOrDefault(ObservationThreadLocalAccessor.KEY, null)
                        instanceof Observation observation
                ? observation
                : null;
    }
}
