package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A read as its client asked for it: the canonical request, and what only this client's own answer
 * depends on.
 *
 * @param canonical what is read
 * @param head whether only the head of the answer is wanted (HEAD)
 * @param pagedByRange whether a {@code Range} header chose the rows; such answers are not for
 *     storing
 * @param directives what {@code Cache-Control} asks of caches
 * @param ifNoneMatch the entity tags of {@code If-None-Match}, quotes and {@code W/} kept; {@code
 *     *} alone for any
 * @param maxStaleness the most that {@code Tidemark-Max-Staleness} allows, if it is given
 * @param tokens the values of {@code Tidemark-Token}
 * @param timeout from {@code Tidemark-Timeout}: after so long, no answer is of use
 * @param prefersGzip whether {@code Accept-Encoding} makes a gzip body the best to send
 * @param preferencesApplied what {@code Preference-Applied} has to say; empty for nothing
 */
public record ReadRequest(
        CanonicalRequest canonical,
        boolean head,
        boolean pagedByRange,
        CacheDirectives directives,
        List<String> ifNoneMatch,
        Optional<Duration> maxStaleness,
        List<String> tokens,
        Optional<Duration> timeout,
        boolean prefersGzip,
        String preferencesApplied) {

    public ReadRequest {
        ifNoneMatch = List.copyOf(ifNoneMatch);
        tokens = List.copyOf(tokens);
    }

    /** The same read by nobody in particular, who asks for nothing beyond it. */
    public static ReadRequest plain(CanonicalRequest canonical) {
        return new ReadRequest(
                canonical,
                false,
                false,
                CacheDirectives.NONE,
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                "");
    }

    /**
     * Parses a request once, for everyone.
     *
     * @param method the HTTP method
     * @param target the raw request target: path and query as they were sent, still percent-encoded
     */
    public static Parsed parse(String method, String target, RequestHeaders headers) {
        return ReadRequestParser.parse(method, target, headers, ReadRequestParser.TARGET_CHARS_MAX);
    }

    /**
     * Parses what {@link CanonicalRequest#target} wrote, which may be longer than what a client may
     * send.
     */
    public static Parsed parseCanonical(String method, String target, RequestHeaders headers) {
        return ReadRequestParser.parse(
                method, target, headers, ReadRequestParser.CANONICAL_CHARS_MAX);
    }

    /** What a target turned out to be. */
    public sealed interface Parsed {
        /** A read. */
        record Read(ReadRequest request) implements Parsed {}

        /** Meant for a table, but not to be understood or not allowed. */
        record Refused(Problem problem) implements Parsed {}

        /** Not below {@link CanonicalRequest#ROOT}. */
        record NotOurs() implements Parsed {}
    }
}
