package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What gateway and cache-service say to each other, as bytes.
 *
 * <p>Look-ups travel in a batch: format, u16 number, then the look-ups. The response is a sequence
 * of frames, in whatever order they become ready: u32 length of what follows, u16 index of the
 * look-up in its batch, u8 outcome, then the outcome's own fields.
 */
public final class LookupCodec {

    /** The media type of everything in this class. */
    public static final String MEDIA_TYPE = "application/vnd.tidemark.v1";

    /** The most look-ups in one batch. */
    public static final int BATCH_MAX = 256;

    /** The most bytes of one frame: an entry with the largest body, and room for its head. */
    public static final int FRAME_BYTES_MAX = Answer.BODY_BYTES_MAX + (1 << 20);

    private static final int FORMAT = 1;

    private static final int HIT = 1;
    private static final int LEASED = 2;
    private static final int AWAITED = 3;
    private static final int UNCACHEABLE = 4;
    private static final int UNAVAILABLE = 5;

    private LookupCodec() {}

    /** One look-up's outcome: {@code index} is its place in the batch, from 0. */
    public record Frame(int index, LookupOutcome outcome) {}

    public static byte[] encodeBatch(List<Lookup> batch) {
        WireWriter out = new WireWriter(64 * batch.size());
        out.u8(FORMAT).u16(batch.size());
        for (Lookup lookup : batch) {
            key(out, lookup.key(), lookup.partition());
            out.u64(lookup.logPosition().position()).u8(lookup.tokens().size());
            for (Lsn token : lookup.tokens()) {
                out.u64(token.position());
            }
            out.u64(lookup.notVersion().xmin()).u32(lookup.deadline().toMillis());
        }
        return out.toBytes();
    }

    public static List<Lookup> decodeBatch(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        int size = in.u16();
        if (size > BATCH_MAX) {
            throw new MalformedException("a batch of " + size);
        }
        List<Lookup> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            CacheKey key = new CacheKey(in.u64(), in.u64());
            String partition = in.text();
            Lsn logPosition = new Lsn(in.u64());
            int tokenCount = in.u8();
            List<Lsn> tokens = new ArrayList<>(tokenCount);
            for (int t = 0; t < tokenCount; t++) {
                tokens.add(new Lsn(in.u64()));
            }
            batch.add(
                    new Lookup(
                            key,
                            partition,
                            logPosition,
                            tokens,
                            version(in),
                            Duration.ofMillis(in.u32())));
        }
        in.end();
        return batch;
    }

    /** A frame with its length prefix. */
    public static byte[] encodeFrame(Frame frame) {
        WireWriter out = new WireWriter(64);
        out.u16(frame.index());
        switch (frame.outcome()) {
            case LookupOutcome.Hit hit -> {
                out.u8(HIT);
                stored(out, hit.stored());
            }
            case LookupOutcome.Leased leased -> {
                out.u8(LEASED);
                lease(out, leased.lease());
                last(out, leased.last());
            }
            case LookupOutcome.Awaited awaited -> {
                out.u8(AWAITED).u32(awaited.leaseLeft().toMillis());
                last(out, awaited.last());
            }
            case LookupOutcome.Uncacheable() -> out.u8(UNCACHEABLE);
            case LookupOutcome.Unavailable() -> out.u8(UNAVAILABLE);
        }
        ByteBuffer content = out.written();
        byte[] framed = new byte[4 + content.remaining()];
        ByteBuffer.wrap(framed).putInt(content.remaining()).put(content);
        return framed;
    }

    /** Reads a frame without its length prefix. */
    public static Frame decodeFrame(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        int index = in.u16();
        int outcome = in.u8();
        Frame frame =
                new Frame(
                        index,
                        switch (outcome) {
                            case HIT -> new LookupOutcome.Hit(stored(in));
                            case LEASED -> new LookupOutcome.Leased(lease(in), last(in));
                            case AWAITED ->
                                    new LookupOutcome.Awaited(
                                            Duration.ofMillis(in.u32()), last(in));
                            case UNCACHEABLE -> new LookupOutcome.Uncacheable();
                            case UNAVAILABLE -> new LookupOutcome.Unavailable();
                            default ->
                                    throw new MalformedException(
                                            "outcome " + outcome + " is not known");
                        });
        in.end();
        return frame;
    }

    public static byte[] encodeFill(Fill fill) {
        byte[] entry = EntryCodec.encode(fill.answer());
        WireWriter out = new WireWriter(entry.length + 64);
        out.u8(FORMAT);
        lease(out, fill.lease());
        return out.u64(fill.age().toMillis()).bytes(entry).toBytes();
    }

    public static Fill decodeFill(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        Lease lease = lease(in);
        Duration age = Duration.ofMillis(in.u64());
        Answer answer = EntryCodec.decode(ByteBuffer.wrap(in.bytes()));
        in.end();
        return new Fill(lease, answer, age);
    }

    public static byte[] encodeRelease(Release release) {
        WireWriter out = new WireWriter(64);
        out.u8(FORMAT);
        lease(out, release.lease());
        return out.u8(release.why().code()).toBytes();
    }

    public static Release decodeRelease(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        Release release = new Release(lease(in), Release.Why.ofCode(in.u8()));
        in.end();
        return release;
    }

    public static byte[] encodeRenewal(Renewal renewal) {
        WireWriter out = new WireWriter(64);
        out.u8(FORMAT);
        lease(out, renewal.lease());
        return out.u32(renewal.fetching().toMillis()).toBytes();
    }

    public static Renewal decodeRenewal(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        Renewal renewal = new Renewal(lease(in), Duration.ofMillis(in.u32()));
        in.end();
        return renewal;
    }

    /**
     * The answer to a renewal.
     *
     * @param held for how long the lease is held from now on; zero for not at all
     */
    public static byte[] encodeRenewed(Duration held) {
        return new WireWriter(16).u8(FORMAT).u32(held.toMillis()).toBytes();
    }

    public static Duration decodeRenewed(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        Duration held = Duration.ofMillis(in.u32());
        in.end();
        return held;
    }

    private static void key(WireWriter out, CacheKey key, String partition) {
        out.u64(key.high()).u64(key.low()).text(partition);
    }

    private static void lease(WireWriter out, Lease lease) {
        key(out, lease.key(), lease.partition());
        out.u64(lease.token());
    }

    private static Lease lease(WireReader in) throws MalformedException {
        return new Lease(new CacheKey(in.u64(), in.u64()), in.text(), in.u64());
    }

    private static void stored(WireWriter out, LookupOutcome.Stored stored) {
        out.u64(stored.age().toMillis()).bytes(EntryCodec.encode(stored.answer()));
    }

    private static LookupOutcome.Stored stored(WireReader in) throws MalformedException {
        Duration age = Duration.ofMillis(in.u64());
        return new LookupOutcome.Stored(EntryCodec.decode(ByteBuffer.wrap(in.bytes())), age);
    }

    private static void last(WireWriter out, Optional<LookupOutcome.Stored> last) {
        out.u8(last.isPresent() ? 1 : 0);
        last.ifPresent(stored -> stored(out, stored));
    }

    private static Optional<LookupOutcome.Stored> last(WireReader in) throws MalformedException {
        return in.u8() == 1 ? Optional.of(stored(in)) : Optional.empty();
    }

    private static Version version(WireReader in) throws MalformedException {
        long xmin = in.u64();
        if (xmin < 0) {
            throw new MalformedException("version " + xmin);
        }
        return new Version(xmin);
    }
}
