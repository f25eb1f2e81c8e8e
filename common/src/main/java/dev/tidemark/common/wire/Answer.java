package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the origin answered to a canonical request; that a row does not exist, or that it is not one
 * row, is an answer too. This is what caches keep.
 *
 * @param status the HTTP status, one of {@link #STATUSES}
 * @param head content type, ETag and what else describes the body; nothing that belongs to one
 *     client or to one moment
 * @param body the body's bytes as they are stored; never changed after
 * @param encoding how they are coded
 * @param version the snapshot that it was read in
 * @param seenLsn a position in the log that the snapshot had reached
 * @param tags what it depends on
 * @param policy how long it may be served
 * @param identity the history that version and position belong to
 * @param followed whether the invalidation log tells of everything that can change it; else it is
 *     served by time only
 * @param fetchTime how long its fetch took; zero if that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are large: shared, never copied or changed
public record Answer(
        int status,
        List<HeaderField> head,
        byte[] body,
        BodyEncoding encoding,
        Version version,
        Lsn seenLsn,
        Tags tags,
        Policy policy,
        DatabaseIdentity identity,
        boolean followed,
        Duration fetchTime) {

    /** What an answer's status can be: whatever else comes is a problem of the moment. */
    public static final Set<Integer> STATUSES = Set.of(200, 206, 404, 406);

    /** The largest body that is aggregated and cached; larger ones stream past the caches. */
    public static final int BODY_BYTES_MAX = 1 << 20;

    /** Header and trailer around no content at all (RFC 1952, section 2.3). */
    private static final int GZIP_BYTES_MIN = 18;

    public Answer {
        head = List.copyOf(head);
        if (encoding == BodyEncoding.GZIP) {
            if (body.length < GZIP_BYTES_MIN) {
                throw new IllegalArgumentException("a gzip body of " + body.length + " bytes");
            }
            long identityBytes = gzipIdentityBytes(body) & 0xffff_ffffL;
            if (identityBytes > BODY_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "a gzip body that unpacks to " + identityBytes + " bytes");
            }
        }
    }

    /** An answer whose body is not coded, as the origin gives it. */
    public Answer(
            int status,
            List<HeaderField> head,
            byte[] body,
            Version version,
            Lsn seenLsn,
            Tags tags,
            Policy policy,
            DatabaseIdentity identity,
            boolean followed) {
        this(
                status,
                head,
                body,
                BodyEncoding.IDENTITY,
                version,
                seenLsn,
                tags,
                policy,
                identity,
                followed,
                Duration.ZERO);
    }

    /** The same answer with its body coded in another way. */
    public Answer withBody(byte[] body, BodyEncoding encoding) {
        return new Answer(
                status, head, body, encoding, version, seenLsn, tags, policy, identity, followed,
                fetchTime);
    }

    /** The same answer, to be served under this policy, and fetched in this time. */
    public Answer with(Policy policy, Duration fetchTime) {
        return new Answer(
                status, head, body, encoding, version, seenLsn, tags, policy, identity, followed,
                fetchTime);
    }

    /**
     * The length of the identity body, without unpacking: a gzip body's trailer says it modulo 2^32
     * (RFC 1952, section 2.3.1), and no body is that long.
     */
    public int identityBytes() {
        return switch (encoding) {
            case IDENTITY -> body.length;
            case GZIP -> gzipIdentityBytes(body);
        };
    }

    private static int gzipIdentityBytes(byte[] body) {
        return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt(body.length - 4);
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
                && encoding == that.encoding
                && Arrays.equals(body, that.body)
                && version.equals(that.version)
                && seenLsn.equals(that.seenLsn)
                && tags.equals(that.tags)
                && policy.equals(that.policy)
                && identity.equals(that.identity)
                && followed == that.followed
                && fetchTime.equals(that.fetchTime);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(body) + version.hashCode();
    }

    @Override
    public String toString() {
        return "Answer[status=%d, head=%s, body=%d bytes %s, version=%s, tags=%s]"
                .formatted(status, head, body.length, encoding, version, tags);
    }
}
