package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A write as its client asked for it, all but the body: the canonical write, and under which
 * conditions it is to be done.
 *
 * @param canonical what is written where
 * @param ifMatch the entity tags of {@code If-Match}, quotes and {@code W/} kept; {@code *} alone
 *     for any; empty for no condition
 * @param idempotencyKey from {@code Idempotency-Key}: a repeat with the same key is not done again
 * @param tokens the values of {@code Tidemark-Token}
 * @param timeout from {@code Tidemark-Timeout}: after so long, no answer is of use
 * @param preferencesApplied what {@code Preference-Applied} has to say; empty for nothing
 */
public record WriteRequest(
        CanonicalWrite canonical,
        List<String> ifMatch,
        Optional<String> idempotencyKey,
        List<String> tokens,
        Optional<Duration> timeout,
        String preferencesApplied) {

    public WriteRequest {
        ifMatch = List.copyOf(ifMatch);
        tokens = List.copyOf(tokens);
    }

    /** Whether a request of this HTTP method is a write; else it is {@link ReadRequest}'s. */
    public static boolean isWrite(String method) {
        return CanonicalWrite.Method.find(method).isPresent();
    }

    /**
     * Parses a request once, for everyone.
     *
     * @param method the HTTP method, one that {@link #isWrite}
     * @param target the raw request target: path and query as they were sent, still percent-encoded
     */
    public static Parsed parse(String method, String target, RequestHeaders headers) {
        return WriteRequestParser.parse(
                method, target, headers, ReadRequestParser.TARGET_CHARS_MAX);
    }

    /**
     * Parses what {@link CanonicalWrite#target} wrote, which may be longer than what a client may
     * send.
     */
    public static Parsed parseCanonical(String method, String target, RequestHeaders headers) {
        return WriteRequestParser.parse(
                method, target, headers, ReadRequestParser.CANONICAL_CHARS_MAX);
    }

    /** What a target turned out to be. */
    public sealed interface Parsed {
        /** A write. */
        record Write(WriteRequest request) implements Parsed {}

        /** Meant for a table, but not to be understood or not allowed. */
        record Refused(Problem problem) implements Parsed {}

        /** Not below {@link CanonicalRequest#ROOT}. */
        record NotOurs() implements Parsed {}
    }
}
