package dev.tidemark.gateway.http;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.wire.HeaderField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which pages of other origins may read answers (Fetch standard, "CORS protocol"). Applied after
 * the cache: an entry is the same for every origin.
 *
 * <p>Without credentials mode: a key or token is a header that the page sends itself, and the
 * cookie of sessions, where it is on, is for pages of the same origin.
 *
 * @param allowedOrigins as browsers send them, such as {@code https://shop.example}; {@code *}
 *     alone for any; empty for none
 * @param preflightMaxAge for how long browsers may remember what a preflight said
 */
public record Cors(List<String> allowedOrigins, Duration preflightMaxAge) {

    private static final String METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS";

    /** What a page may send beside what is always allowed. */
    private static final String REQUEST_HEADERS =
            "Accept, Accept-Profile, apikey, Authorization, Cache-Control, Content-Profile,"
                    + " Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, Range, Range-Unit,"
                    + " Tidemark-Max-Staleness, Tidemark-Timeout, Tidemark-Token, traceparent,"
                    + " tracestate, X-Client-Info";

    /** What a page may see of the answer beside what it always may. */
    private static final String RESPONSE_HEADERS =
            "Age, Cache-Status, Content-Length, Content-Profile, Content-Range, ETag, Location,"
                    + " Preference-Applied, Retry-After, Server-Timing, Tidemark-Staleness,"
                    + " Tidemark-Token, traceresponse";

    public Cors {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    public boolean isOn() {
        return !allowedOrigins.isEmpty();
    }

    /** Whether this OPTIONS request is a browser's question before the real request. */
    public boolean isPreflight(RequestHeaders headers) {
        return isOn()
                && headers.first("Origin").isPresent()
                && headers.first("Access-Control-Request-Method").isPresent();
    }

    /** What to say to a preflight; without an allowance for an origin that is not allowed. */
    public List<HeaderField> preflight(RequestHeaders headers) {
        List<HeaderField> fields = new ArrayList<>();
        allowance(headers)
                .ifPresent(allowance -> {
                    fields.add(allowance);
                    fields.add(new HeaderField("Access-Control-Allow-Methods", METHODS));
                    fields.add(new HeaderField("Access-Control-Allow-Headers", REQUEST_HEADERS));
                    fields.add(
                            new HeaderField(
                                    "Access-Control-Max-Age",
                                    Long.toString(preflightMaxAge.toSeconds())));
                });
        fields.add(
                new HeaderField(
                        "Vary",
                        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
        return fields;
    }

    /** What every answer says beside its own fields; nothing when CORS is off. */
    public List<HeaderField> fields(RequestHeaders headers) {
        if (!isOn()) {
            return List.of();
        }
        List<HeaderField> fields = new ArrayList<>(3);
        allowance(headers)
                .ifPresent(allowance -> {
                    fields.add(allowance);
                    fields.add(new HeaderField("Access-Control-Expose-Headers", RESPONSE_HEADERS));
                });
        fields.add(new HeaderField("Vary", "Origin"));
        return fields;
    }

    private Optional<HeaderField> allowance(RequestHeaders headers) {
        if (allowedOrigins.contains("*")) {
            return Optional.of(new HeaderField("Access-Control-Allow-Origin", "*"));
        }
        return headers.first("Origin")
                .filter(origin -> allowedOrigins.contains(origin.toLowerCase(Locale.ROOT)))
                .map(origin -> new HeaderField("Access-Control-Allow-Origin", origin));
    }
}
