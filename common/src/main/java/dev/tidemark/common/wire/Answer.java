package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the origin answered to a canonical request; a row that does not exist is an answer too. This
 * is what caches keep.
 *
 * @param status the HTTP status: 200, 206 or 404
 * @param head content type, ETag and what else describes the body; nothing that belongs to one
 *     client or to one moment
 * @param body the identity body; never changed after
 * @param version the snapshot that it was read in
 * @param seenLsn a position in the log that the snapshot had reached
 * @param tags what it depends on
 * @param policy how long it may be served
 * @param identity the history that version and position belong to
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are large: shared, never copied or changed
public record Answer(
        int status,
        List<HeaderField> head,
        byte[] body,
        Version version,
        Lsn seenLsn,
        Tags tags,
        Policy policy,
        DatabaseIdentity identity) {

    /** The largest body that is aggregated and cached; larger ones stream past the caches. */
    public static final int BODY_BYTES_MAX = 1 << 20;

    public Answer {
        head = List.copyOf(head);
    }

    /** The value of the first field of this name, in any case. */
    public Optional<String> header(String name) {
        return head.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(HeaderField::value)
                .findFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Answer that
                && status == that.status
                && head.equals(that.head)
                && Arrays.equals(body, that.body)
                && version.equals(that.version)
                && seenLsn.equals(that.seenLsn)
                && tags.equals(that.tags)
                && policy.equals(that.policy)
                && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(body) + version.hashCode();
    }

    @Override
    public String toString() {
        return "Answer[status=%d, head=%s, body=%d bytes, version=%s, tags=%s]"
                .formatted(status, head, body.length, version, tags);
    }
}
