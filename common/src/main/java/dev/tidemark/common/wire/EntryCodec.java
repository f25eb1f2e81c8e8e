package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An answer as bytes, in Redis and between services. Big-endian; the offsets up to the tags are
 * fixed, since the look-up script reads them.
 *
 * <pre>
 *  0  u8   format, 1
 *  1  u8   flags: bit 0 reload allowed, bit 1 followed
 *  2  u16  status
 *  4  u32  soft TTL, ms
 *  8  u32  hard TTL, ms
 * 12  u32  client max-age, ms
 * 16  u64  version
 * 24  u64  seenLsn
 * 32  u64  system identifier, u32 timeline, u32 database oid, u64 incarnation
 * 56  u16  number of tags, each a u64
 *     u16  number of header fields, each a name and a value: u16 length, UTF-8; what was added
 *          to answers after this format is one of them, the last ({@link Leeway})
 *     u8   encoding of the body: 0 identity, 1 gzip
 *     u32  length of the body, body
 *     u32  CRC-32C of everything before
 * </pre>
 */
public final class EntryCodec {

    static final int FORMAT = 1;

    private static final int RELOAD_ALLOWED = 1;
    private static final int FOLLOWED = 2;

    private EntryCodec() {}

    public static byte[] encode(Answer answer) {
        WireWriter out = new WireWriter(answer.body().length + 256 + 8 * answer.tags().size());
        Policy policy = answer.policy();
        Leeway leeway = Leeway.of(policy, answer.fetchTime());
        boolean usual = leeway.equals(Leeway.DEFAULT);
        out.u8(FORMAT)
                .u8(
                        (policy.reloadAllowed() ? RELOAD_ALLOWED : 0)
                                | (answer.followed() ? FOLLOWED : 0))
                .u16(answer.status())
                .u32(policy.softTtl().toMillis())
                .u32(policy.hardTtl().toMillis())
                .u32(policy.clientMaxAge().toMillis())
                .u64(answer.version().xmin())
                .u64(answer.seenLsn().position())
                .identity(answer.identity())
                .u16(answer.tags().size())
                .tags(answer.tags())
                .u16(answer.head().size() + (usual ? 0 : 1));
        for (HeaderField field : answer.head()) {
            out.text(field.name()).text(field.value());
        }
        if (!usual) {
            out.text(Leeway.NAME).text(leeway.field().value());
        }
        out.u8(answer.encoding().code()).bytes(answer.body());
        return out.u32(checksum(out.written())).toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MalformedException if a bit has changed or the format is another
     */
    public static Answer decode(ByteBuffer entry) throws MalformedException {
        if (entry.remaining() < 5) {
            throw new MalformedException("an entry of " + entry.remaining() + " bytes");
        }
        if (entry.get(entry.position()) != FORMAT) {
            throw new MalformedException("format " + entry.get(entry.position()) + " is not known");
        }
        ByteBuffer content = entry.slice(entry.position(), entry.remaining() - 4);
        long expected = entry.getInt(entry.limit() - 4) & 0xffff_ffffL;
        if (checksum(content.duplicate()) != expected) {
            throw new MalformedException("the checksum does not fit");
        }
        try {
            return decodeContent(new WireReader(content));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("an impossible value: " + e.getMessage());
        }
    }

    private static Answer decodeContent(WireReader in) throws MalformedException {
        in.format(FORMAT);
        int flags = in.u8();
        int status = in.u16();
        Duration softTtl = Duration.ofMillis(in.u32());
        Duration hardTtl = Duration.ofMillis(in.u32());
        Duration clientMaxAge = Duration.ofMillis(in.u32());
        Version version = new Version(in.u64());
        Lsn seenLsn = new Lsn(in.u64());
        DatabaseIdentity identity = in.identity();
        Tags tags = in.tags(in.u16());
        int fields = in.u16();
        List<HeaderField> head = new ArrayList<>();
        Leeway leeway = Leeway.DEFAULT;
        for (int i = 0; i < fields; i++) {
            HeaderField field = new HeaderField(in.text(), in.text());
            if (field.name().equals(Leeway.NAME)) {
                leeway = Leeway.parse(field.value());
            } else {
                head.add(field);
            }
        }
        BodyEncoding encoding = BodyEncoding.ofCode(in.u8());
        byte[] body = in.bytes();
        in.end();
        return new Answer(
                status,
                head,
                body,
                encoding,
                version,
                seenLsn,
                tags,
                leeway.policy(softTtl, hardTtl, clientMaxAge, (flags & RELOAD_ALLOWED) != 0),
                identity,
                (flags & FOLLOWED) != 0,
                leeway.fetchTime());
    }

    private static long checksum(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return crc.getValue();
    }
}
