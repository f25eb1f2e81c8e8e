package dev.tidemark.common.wire;

import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import java.util.List;
import java.util.Optional;

/**
 * What the origin says of a write in the response head: internal fields that never reach a client.
 *
 * @param identity the history that the write is part of
 * @param stamp the xid of its transaction; 0 where nothing was written, as on a repeat
 * @param lsn a position in the log that is not before the commit; unknown if it could not be asked
 * @param tags of the rows written; none if none was
 */
public record WrittenHeaders(DatabaseIdentity identity, long stamp, Lsn lsn, Tags tags) {

    /** So that the fields fit into any server's idea of a head: 34 KB of hashes. */
    public static final int TAGS_MAX = 2000;

    private static final String WRITTEN = AnswerHeaders.INTERNAL_PREFIX + "Written";
    private static final String TAGS = AnswerHeaders.INTERNAL_PREFIX + "Written-Tags";

    public WrittenHeaders {
        if (stamp < 0) {
            throw new IllegalArgumentException("the stamp must not be negative: " + stamp);
        }
        if (tags.size() > TAGS_MAX) {
            throw new IllegalArgumentException(tags.size() + " tags do not fit into a head");
        }
    }

    /** The header fields that carry this. */
    public List<HeaderField> fields() {
        return List.of(
                new HeaderField(
                        WRITTEN,
                        String.join(
                                " ",
                                Long.toString(stamp),
                                lsn.toString(),
                                Long.toUnsignedString(identity.systemIdentifier()),
                                Integer.toString(identity.timeline()),
                                Long.toString(identity.databaseOid()),
                                Long.toUnsignedString(identity.incarnation()))),
                new HeaderField(TAGS, tags.toString()));
    }

    /** Reads the fields back; empty if they are absent or not well formed. */
    public static Optional<WrittenHeaders> parse(RequestHeaders headers) {
        Optional<String> written = headers.first(WRITTEN);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = written.get().split(" ", -1);
        if (parts.length != 6) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new WrittenHeaders(
                            new DatabaseIdentity(
                                    Long.parseUnsignedLong(parts[2]),
                                    Integer.parseInt(parts[3]),
                                    Long.parseLong(parts[4]),
                                    Long.parseUnsignedLong(parts[5])),
                            Long.parseLong(parts[0]),
                            Lsn.parse(parts[1]),
                            Tags.parse(headers.first(TAGS).orElse(""))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
