package dev.tidemark.gateway.trace;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.wire.HeaderField;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Hands the trace of the request in a Reactor context on to the next service. */
public final class TraceContext {

    private final @Nullable Propagator propagator;
    private final boolean recorded;

    /**
     * @param recorded whether anybody is sent traces
     */
    TraceContext(@Nullable Propagator propagator, boolean recorded) {
        this.propagator = propagator;
        this.recorded = recorded;
    }

    /** Hands nothing on. */
    public static TraceContext none() {
        return new TraceContext(null, false);
    }

    /**
     * Whether a request is part of a trace that its sender records (W3C Trace Context, section
     * 3.2.2.5), and that can be told of it.
     */
    public boolean isWanted(RequestHeaders headers) {
        return recorded && headers.first("traceparent").isPresent();
    }

    /** Writes {@code traceparent} of the request that this context belongs to, if there is one. */
    public void inject(ContextView context, HttpHeaders headers) {
        Observation observation = observation(context);
        if (propagator == null || observation == null) {
            return;
        }
        span(observation.getContextView())
                .ifPresent(span ->
                        propagator.inject(
                                span.context(),
                                headers,
                                (carrier, name, value) -> headers.set(name, value)));
    }

    /**
     * Where a request is found among the traces, for whoever has to ask about its answer: {@code
     * traceresponse} (W3C Trace Context, level 2). Empty if it has no trace.
     */
    public static Optional<HeaderField> response(Observation.ContextView observed) {
        return span(observed)
                .map(Span::context)
                .map(trace ->
                        new HeaderField(
                                "traceresponse",
                                "00-%s-%s-%s"
                                        .formatted(
                                                trace.traceId(),
                                                trace.spanId(),
                                                Boolean.TRUE.equals(trace.sampled())
                                                        ? "01"
                                                        : "00")));
    }

    private static Optional<Span> span(Observation.ContextView observed) {
        TracingObservationHandler.TracingContext tracing =
                observed.get(TracingObservationHandler.TracingContext.class);
        return tracing == null ? Optional.empty() : Optional.ofNullable(tracing.getSpan());
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
