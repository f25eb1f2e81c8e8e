package dev.tidemark.common.problem;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An error as a client sees it (RFC 9457), with PostgREST's {@code code}, {@code message}, {@code
 * details} and {@code hint} as members.
 *
 * @param type what kind of error; gives status, title and type URI
 * @param code PostgREST's or PostgreSQL's code for it
 * @param message one sentence that names what is wrong
 * @param details what more is known, if anything
 * @param hint what would be right, if that can be said
 * @param retryAfter for how long to stay away; given with every 503
 */
public record Problem(
        ProblemType type,
        String code,
        String message,
        Optional<String> details,
        Optional<String> hint,
        Optional<Duration> retryAfter) {

    /** The media type of {@link #json()} (RFC 9457, section 3). */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** A problem of this type with its default code. */
    public static Problem of(ProblemType type, String message) {
        return new Problem(
                type,
                type.code(),
                message,
                Optional.empty(),
                Optional.empty(),
                type.status() == 503 ? Optional.of(Duration.ofSeconds(1)) : Optional.empty());
    }

    public Problem withCode(String code) {
        return new Problem(type, code, message, details, hint, retryAfter);
    }

    public Problem withDetails(String details) {
        return new Problem(type, code, message, Optional.of(details), hint, retryAfter);
    }

    public Problem withHint(String hint) {
        return new Problem(type, code, message, details, Optional.of(hint), retryAfter);
    }

    public Problem withRetryAfter(Duration retryAfter) {
        return new Problem(type, code, message, details, hint, Optional.of(retryAfter));
    }

    public int status() {
        return type.status();
    }

    /** The problem document, UTF-8. The same problem always has the same bytes. */
    public byte[] json() {
        StringBuilder json = new StringBuilder(256);
        json.append('{');
        member(json, "type", type.uri());
        json.append(',');
        member(json, "title", type.title());
        json.append(",\"status\":").append(status()).append(',');
        member(json, "detail", message);
        json.append(',');
        member(json, "code", code);
        json.append(',');
        member(json, "message", message);
        json.append(',');
        optionalMember(json, "details", details);
        json.append(',');
        optionalMember(json, "hint", hint);
        json.append('}');
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void member(StringBuilder json, String name, String value) {
        json.append('"').append(name).append("\":");
        quote(json, value);
    }

    private static void optionalMember(StringBuilder json, String name, Optional<String> value) {
        json.append('"').append(name).append("\":");
        value.ifPresentOrElse(v -> quote(json, v), () -> json.append("null"));
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    // A lone surrogate has no UTF-8 form: escape it as JSON allows (RFC 8259, 8.2).
                    boolean lone =
                            Character.isSurrogate(c)
                                    && !(Character.isHighSurrogate(c)
                                            && i + 1 < text.length()
                                            && Character.isLowSurrogate(text.charAt(i + 1)))
                                    && !(Character.isLowSurrogate(c)
                                            && i > 0
                                            && Character.isHighSurrogate(text.charAt(i - 1)));
                    if (c < 0x20 || c == 0x7f || lone) {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
