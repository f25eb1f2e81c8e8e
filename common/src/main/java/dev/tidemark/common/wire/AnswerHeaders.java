package dev.tidemark.common.wire;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the origin says of its answer in the response head: internal fields that never reach a
 * client. An answer without them is not cacheable.
 *
 * @param followed as in {@link Answer}
 * @param cacheable whether the body is complete and its policy lets it be cached
 */
public record AnswerHeaders(
        Version version,
        Lsn seenLsn,
        Tags tags,
        Policy policy,
        DatabaseIdentity identity,
        boolean followed,
        boolean cacheable) {

    /** All fields of this prefix are internal: dropped when they come in, never sent out. */
    public static final String INTERNAL_PREFIX = "Tidemark-Internal-";

    private static final String ANSWER = INTERNAL_PREFIX + "Answer";
    private static final String TAGS = INTERNAL_PREFIX + "Tags";

    /** The fields of a response that describe its body to every client, and are cached with it. */
    private static final List<String> BODY_FIELDS =
            List.of("Content-Type", "Content-Profile", "Content-Range", "ETag");

    public static AnswerHeaders of(Answer answer, boolean cacheable) {
        return new AnswerHeaders(
                answer.version(),
                answer.seenLsn(),
                answer.tags(),
                answer.policy(),
                answer.identity(),
                answer.followed(),
                cacheable);
    }

    public static boolean isInternal(String name) {
        return name.regionMatches(true, 0, INTERNAL_PREFIX, 0, INTERNAL_PREFIX.length());
    }

    /** The header fields that carry this. */
    public List<HeaderField> fields() {
        return List.of(
                new HeaderField(
                        ANSWER,
                        String.join(
                                " ",
                                cacheable ? "cacheable" : "uncacheable",
                                Long.toString(version.xmin()),
                                seenLsn.toString(),
                                Long.toString(policy.softTtl().toMillis()),
                                Long.toString(policy.hardTtl().toMillis()),
                                Long.toString(policy.clientMaxAge().toMillis()),
                                policy.reloadAllowed() ? "reload" : "no-reload",
                                Long.toUnsignedString(identity.systemIdentifier()),
                                Integer.toString(identity.timeline()),
                                Long.toString(identity.databaseOid()),
                                Long.toUnsignedString(identity.incarnation()),
                                followed ? "followed" : "timed")),
                new HeaderField(TAGS, tags.toString()),
                Leeway.of(policy, Duration.ZERO).field());
    }

    /** Reads the fields back; empty if they are absent or not well formed. */
    public static Optional<AnswerHeaders> parse(RequestHeaders headers) {
        Optional<String> answer = headers.first(ANSWER);
        Optional<String> tags = headers.first(TAGS);
        if (answer.isEmpty() || tags.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = answer.get().split(" ", -1);
        if (parts.length != 12) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AnswerHeaders(
                            new Version(Long.parseLong(parts[1])),
                            Lsn.parse(parts[2]),
                            Tags.parse(tags.get()),
                            Leeway.of(headers)
                                    .policy(
                                            Duration.ofMillis(Long.parseLong(parts[3])),
                                            Duration.ofMillis(Long.parseLong(parts[4])),
                                            Duration.ofMillis(Long.parseLong(parts[5])),
                                            parts[6].equals("reload")),
                            new DatabaseIdentity(
                                    Long.parseUnsignedLong(parts[7]),
                                    Integer.parseInt(parts[8]),
                                    Long.parseLong(parts[9]),
                                    Long.parseUnsignedLong(parts[10])),
                            parts[11].equals("followed"),
                            parts[0].equals("cacheable")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The answer that a response with these headers, this status and this body is. */
    public Answer answer(int status, RequestHeaders headers, byte[] body) {
        List<HeaderField> head = new ArrayList<>();
        for (String name : BODY_FIELDS) {
            headers.first(name).ifPresent(value -> head.add(new HeaderField(name, value)));
        }
        return new Answer(status, head, body, version, seenLsn, tags, policy, identity, followed);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "AnswerHeaders%s", fields());
    }
}
