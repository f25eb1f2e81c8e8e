package dev.tidemark.gateway.http;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.HeaderField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The head of an answer, as its client gets it.
 *
 * @param withBody whether the body follows; not for HEAD, nor for 304
 * @param encoding what the body is to be coded in
 */
public record ResponseHead(
        int status, List<HeaderField> fields, boolean withBody, BodyEncoding encoding) {

    /** Constant, so that a cache between can compute its key before it knows the answer. */
    static final HeaderField VARY =
            new HeaderField(
                    "Vary",
                    "Accept, Accept-Encoding, Accept-Profile, Prefer, Range, Authorization");

    /** No browser guesses another type than the one that is sent. */
    static final HeaderField NO_SNIFFING = new HeaderField("X-Content-Type-Options", "nosniff");

    private static final HeaderField GZIP = new HeaderField("Content-Encoding", "gzip");

    private static final HeaderField NO_STORE = new HeaderField("Cache-Control", "no-store");

    /** Browsers and CDNs cannot be invalidated: they may store, but have to ask. */
    private static final HeaderField ASK_ALWAYS = new HeaderField("Cache-Control", "no-cache");

    /** The fields of a 304 that say something of the body not sent are left out. */
    private static final List<String> NOT_IN_304 =
            List.of("Content-Type", "Content-Length", "Content-Range");

    /**
     * The head of an answer that is at hand.
     *
     * @param stale whether it is served only because the origin fails
     */
    public static ResponseHead of(
            Answer answer, ReadRequest request, boolean stale, Provenance provenance) {
        boolean notModified = isNotModified(answer.status(), answer.head(), request);
        List<HeaderField> fields = new ArrayList<>(16);
        BodyEncoding encoding = request.prefersGzip() ? answer.encoding() : BodyEncoding.IDENTITY;
        describe(fields, answer.head(), notModified, encoding);
        if (!notModified) {
            addCoding(fields, answer, encoding);
        }
        if (stale || request.pagedByRange() || answer.status() >= 400) {
            fields.add(NO_STORE);
        } else {
            addClientPolicy(fields, answer.policy().clientMaxAge());
        }
        fields.add(VARY);
        fields.add(new HeaderField("Age", Long.toString(provenance.staleness().toSeconds())));
        addCommon(fields, request, provenance);
        return new ResponseHead(
                notModified ? 304 : answer.status(),
                fields,
                !notModified && !request.head(),
                encoding);
    }

    /**
     * The head of an answer that streams past the caches, and whose length is not known.
     *
     * @param head what the origin's own head says of the body
     */
    public static ResponseHead ofStream(
            int status, List<HeaderField> head, ReadRequest request, Provenance provenance) {
        boolean notModified = isNotModified(status, head, request);
        List<HeaderField> fields = new ArrayList<>(16);
        describe(fields, head, notModified, BodyEncoding.IDENTITY);
        fields.add(request.pagedByRange() || status >= 400 ? NO_STORE : ASK_ALWAYS);
        fields.add(VARY);
        addCommon(fields, request, provenance);
        return new ResponseHead(
                notModified ? 304 : status,
                fields,
                !notModified && !request.head(),
                BodyEncoding.IDENTITY);
    }

    /** The head of a problem, the origin's or our own. */
    public static ResponseHead ofProblem(
            int status, List<HeaderField> head, int bodyBytes, boolean withBody) {
        List<HeaderField> fields = new ArrayList<>(head.size() + 6);
        describe(fields, head, false, BodyEncoding.IDENTITY);
        fields.add(new HeaderField("Content-Length", Integer.toString(bodyBytes)));
        fields.add(NO_STORE);
        fields.add(VARY);
        fields.add(NO_SNIFFING);
        return new ResponseHead(status, fields, withBody, BodyEncoding.IDENTITY);
    }

    /**
     * The head of an answer to a write, which nobody keeps.
     *
     * @param head what the origin's own head says
     */
    public static ResponseHead ofWrite(int status, List<HeaderField> head, int bodyBytes) {
        List<HeaderField> fields = new ArrayList<>(head.size() + 5);
        describe(fields, head, false, BodyEncoding.IDENTITY);
        boolean withBody = status != 204;
        if (withBody) {
            fields.add(new HeaderField("Content-Length", Integer.toString(bodyBytes)));
        }
        fields.add(NO_STORE);
        fields.add(VARY);
        fields.add(NO_SNIFFING);
        return new ResponseHead(status, fields, withBody, BodyEncoding.IDENTITY);
    }

    /** The head with one more field. */
    public ResponseHead with(String name, String value) {
        List<HeaderField> more = new ArrayList<>(fields);
        more.add(new HeaderField(name, value));
        return new ResponseHead(status, more, withBody, encoding);
    }

    /** RFC 9110, section 13.2.1: a condition is evaluated only where the answer would be 2xx. */
    private static boolean isNotModified(int status, List<HeaderField> head, ReadRequest request) {
        if (request.ifNoneMatch().isEmpty() || status >= 300) {
            return false;
        }
        for (HeaderField field : head) {
            if (field.name().equalsIgnoreCase("ETag")) {
                return EntityTags.isMatched(request.ifNoneMatch(), field.value());
            }
        }
        return false;
    }

    private static void describe(
            List<HeaderField> fields,
            List<HeaderField> head,
            boolean notModified,
            BodyEncoding encoding) {
        for (HeaderField field : head) {
            if (AnswerHeaders.isInternal(field.name())
                    || (notModified && NOT_IN_304.contains(field.name()))) {
                continue;
            }
            fields.add(
                    field.name().equalsIgnoreCase("ETag")
                            ? new HeaderField(field.name(), EntityTags.of(field.value(), encoding))
                            : field);
        }
    }

    /** Without unpacking anything: HEAD gets this too, and never a body. */
    private static void addCoding(List<HeaderField> fields, Answer answer, BodyEncoding encoding) {
        if (encoding == BodyEncoding.GZIP) {
            fields.add(GZIP);
        }
        int bytes = encoding == answer.encoding() ? answer.body().length : answer.identityBytes();
        fields.add(new HeaderField("Content-Length", Integer.toString(bytes)));
    }

    private static void addClientPolicy(List<HeaderField> fields, Duration clientMaxAge) {
        if (clientMaxAge.toSeconds() == 0) {
            fields.add(ASK_ALWAYS);
        } else {
            String maxAge = "max-age=" + clientMaxAge.toSeconds();
            fields.add(new HeaderField("Cache-Control", maxAge));
            // RFC 9213: says the same to the CDN, whatever it would make of the other.
            fields.add(new HeaderField("CDN-Cache-Control", maxAge));
        }
    }

    private static void addCommon(
            List<HeaderField> fields, ReadRequest request, Provenance provenance) {
        fields.add(new HeaderField("Tidemark-Staleness", provenance.stalenessMillis() + "ms"));
        provenance.token().ifPresent(token -> fields.add(new HeaderField("Tidemark-Token", token)));
        fields.add(new HeaderField("Cache-Status", provenance.cacheStatus()));
        fields.add(new HeaderField("Server-Timing", provenance.timing().value()));
        if (!request.preferencesApplied().isEmpty()) {
            fields.add(new HeaderField("Preference-Applied", request.preferencesApplied()));
        }
        fields.add(NO_SNIFFING);
    }
}
