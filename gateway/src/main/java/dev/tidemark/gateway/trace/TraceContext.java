package dev.tidemark.gateway.trace;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.wire.HeaderField;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Hands the trace of the request in a Reactor context on to the next service. */
public final class TraceContext {

    /** The field that tells the trace of a request. */
    public static final String PARENT = "traceparent";

    private static final String RESPONSE = "traceresponse";

    /** In a Reactor context, what {@link #begin} has made. */
    private static final Object BEGUN = TraceContext.class;

    private static final HexFormat HEX = HexFormat.of();

    private final @Nullable Propagator propagator;
    private final boolean recorded;
    private final boolean sampled;

    /**
     * @param recorded whether anybody is sent traces
     * @param sampled whether some of those that no sender wishes to be recorded are as well
     */
    TraceContext(@Nullable Propagator propagator, boolean recorded, boolean sampled) {
        this.propagator = propagator;
        this.recorded = recorded;
        this.sampled = recorded && sampled;
    }

    /** Hands nothing on. */
    public static TraceContext none() {
        return new TraceContext(null, false, false);
    }

    /**
     * Whether a request is part of a trace that its sender records (W3C Trace Context, section
     * 3.2.2.5), and that can be told of it.
     */
    public boolean isWanted(RequestHeaders headers) {
        return recorded && headers.first(PARENT).isPresent();
    }

    /** Whether a request without a trace of its own may be recorded as well. */
    public boolean isSampled() {
        return sampled;
    }

    /**
     * The {@code traceparent} of a new trace that nobody records, for a request that Spring does
     * not see, or not yet: what the services behind log about it can be found by it all the same.
     * Null where there are no traces.
     */
    public @Nullable String begin() {
        if (propagator == null) {
            return null;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        // Neither may be all zeros (section 3.2.2.3): the last digit of each is not.
        return "00-%s%s-%s-00"
                .formatted(
                        HEX.toHexDigits(random.nextLong()),
                        HEX.toHexDigits(random.nextLong() | 1),
                        HEX.toHexDigits(random.nextLong() | 1));
    }

    /** {@link #response} of the trace that {@link #begin} has made. */
    public static HeaderField response(String traceparent) {
        return new HeaderField(RESPONSE, traceparent);
    }

    /** The context of a request with this {@code traceparent}. */
    public static Context of(String traceparent) {
        return Context.of(BEGUN, traceparent);
    }

    /** Writes {@code traceparent} of the request that this context belongs to, if there is one. */
    public void inject(ContextView context, HttpHeaders headers) {
        String begun = context.getOrDefault(BEGUN, null);
        if (begun != null) {
            headers.set(PARENT, begun);
            return;
        }
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
                                RESPONSE,
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
        String begun = context.getOrDefault(BEGUN, null);
        Observation observation = observation(context);
        if (begun != null) {
            String[] parts = begun.split("-", -1);
            try (var trace = MDC.putCloseable("traceId", parts[1]);
                    var span = MDC.putCloseable("spanId", parts[2])) {
                log.run();
            }
        } else if (observation != null) {
            observation.scoped(log);
        } else {
            log.run();
        }
    }

    private static @Nullable Observation observation(ContextView context) {
        return context.getOrDefault(ObservationThreadLocalAccessor.KEY, null)
                        instanceof Observation observation
                ? observation
                : null;
    }
}
