package dev.tidemark.common.log;

import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.WireReader;
import dev.tidemark.common.wire.WireWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The invalidation log as bytes: in Redis, from the reader to cache-service, and in the feed.
 *
 * <p>All numbers are big-endian. Every message starts with u8 format, 1. A position is u64
 * generation, u64 LSN, u64 term; a change is u64 stamp, u32 number of tags, each a u64.
 *
 * <pre>
 * record   format, u8 kind, position, predecessor, content
 *          1 Changed     change
 *          2 Heartbeat   u64 xid, u64 sequence, u64 database time in µs since 1970
 *          3 Gap         u64 from sequence
 *          4 Generation  identity as in an entry, u64 xid, u64 from sequence
 * batch    format, u16 number of records, each with u32 length before it
 * feed     frames, each with u32 length before it: u8 kind, content
 *          1 snapshot begins   the follower's state, u32 slots of its clock
 *          2 slots             u32 first slot, u32 number, each a u64
 *          3 snapshot ends
 *          4 record
 *          5 advisory          identity, change
 * </pre>
 */
public final class LogCodec {

    /** The media type of everything in this class. */
    public static final String MEDIA_TYPE = "application/vnd.tidemark.log.v1";

    /** The most bytes of a record: twice what 10,000 changed rows in each of 10 tables make. */
    public static final int RECORD_BYTES_MAX = 4 << 20;

    /** The most bytes of a batch of records. */
    public static final int BATCH_BYTES_MAX = 2 * RECORD_BYTES_MAX;

    /** The most records in a batch. */
    public static final int BATCH_MAX = 1024;

    private static final int FORMAT = 1;

    /** Of no record: it stands for all that this version does not know. */
    private static final int UNKNOWN = 0;

    private static final int CHANGED = 1;
    private static final int HEARTBEAT = 2;
    private static final int GAP = 3;
    private static final int GENERATION = 4;

    private static final int SNAPSHOT_BEGUN = 1;
    private static final int SLOTS = 2;
    private static final int SNAPSHOT_ENDED = 3;
    private static final int APPENDED = 4;
    private static final int ADVISED = 5;

    private static final int APPENDED_BATCH = 1;
    private static final int REFUSED_BATCH = 2;

    private LogCodec() {}

    public static byte[] encodeRecord(LogRecord record) {
        WireWriter out = new WireWriter(128);
        out.u8(FORMAT).u8(kind(record.content()));
        position(out, record.position());
        position(out, record.predecessor());
        switch (record.content()) {
            case Content.Changed(Change change) -> change(out, change);
            case Content.Heartbeat heartbeat ->
                    out.u64(heartbeat.xid())
                            .u64(heartbeat.sequence())
                            .u64(
                                    ChronoUnit.MICROS.between(
                                            Instant.EPOCH, heartbeat.databaseTime()));
            case Content.Gap(long fromSequence) -> out.u64(fromSequence);
            case Content.Generation generation ->
                    out.identity(generation.identity())
                            .u64(generation.xid())
                            .u64(generation.fromSequence());
            case Content.Unknown(int kind) ->
                    throw new IllegalArgumentException("kind " + kind + " cannot be written");
        }
        return out.toBytes();
    }

    private static int kind(Content content) {
        return switch (content) {
            case Content.Changed _ -> CHANGED;
            case Content.Heartbeat _ -> HEARTBEAT;
            case Content.Gap _ -> GAP;
            case Content.Generation _ -> GENERATION;
            case Content.Unknown(int kind) -> kind;
        };
    }

    /**
     * Reads a record; one of an unknown kind keeps its positions.
     *
     * @throws MalformedException if the format is another, or bytes are missing or too many
     */
    public static LogRecord decodeRecord(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        int kind = in.u8();
        LogPosition position = position(in);
        LogPosition predecessor = position(in);
        Content content =
                switch (kind) {
                    case CHANGED -> new Content.Changed(change(in));
                    case HEARTBEAT -> new Content.Heartbeat(in.u64(), in.u64(), instant(in.u64()));
                    case GAP -> new Content.Gap(in.u64());
                    case GENERATION -> new Content.Generation(in.identity(), in.u64(), in.u64());
                    default -> new Content.Unknown(kind);
                };
        if (!(content instanceof Content.Unknown)) {
            in.end();
        }
        return new LogRecord(position, predecessor, content);
    }

    public static byte[] encodeBatch(List<LogRecord> records) {
        WireWriter out = new WireWriter(128 * records.size() + 16);
        out.u8(FORMAT).u16(records.size());
        records.forEach(record -> out.bytes(encodeRecord(record)));
        return out.toBytes();
    }

    public static List<LogRecord> decodeBatch(ByteBuffer bytes) throws MalformedException {
        List<LogRecord> records = new ArrayList<>();
        for (byte[] record : splitBatch(bytes)) {
            records.add(decodeRecord(ByteBuffer.wrap(record)));
        }
        return records;
    }

    /**
     * The records of a batch as they came: whoever stores or passes them on changes nothing, and
     * loses nothing of a kind that this version does not know.
     */
    public static List<byte[]> splitBatch(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        int size = in.u16();
        if (size > BATCH_MAX) {
            throw new MalformedException("a batch of " + size);
        }
        List<byte[]> records = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            records.add(in.bytes());
        }
        in.end();
        return records;
    }

    public static byte[] encodeOpened(LogOpened opened) {
        WireWriter out = new WireWriter(128).u8(FORMAT).u64(opened.term());
        return tail(out, opened.tail()).toBytes();
    }

    public static LogOpened decodeOpened(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        LogOpened opened = new LogOpened(in.u64(), tail(in));
        in.end();
        return opened;
    }

    public static byte[] encodeOutcome(AppendOutcome outcome) {
        WireWriter out = new WireWriter(128).u8(FORMAT);
        switch (outcome) {
            case AppendOutcome.Appended appended -> {
                out.u8(APPENDED_BATCH);
                position(out, appended.tail());
                position(out, appended.durable());
            }
            case AppendOutcome.Refused refused -> {
                out.u8(REFUSED_BATCH).u64(refused.term());
                tail(out, refused.tail());
            }
        }
        return out.toBytes();
    }

    public static AppendOutcome decodeOutcome(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        int kind = in.u8();
        AppendOutcome outcome =
                switch (kind) {
                    case APPENDED_BATCH -> new AppendOutcome.Appended(position(in), position(in));
                    case REFUSED_BATCH -> new AppendOutcome.Refused(in.u64(), tail(in));
                    default -> throw new MalformedException("outcome " + kind + " is not known");
                };
        in.end();
        return outcome;
    }

    public static byte[] encodeCompleteness(Completeness completeness) {
        WireWriter out = new WireWriter(64).u8(FORMAT);
        position(out, completeness.position());
        return out.u64(completeness.staleness().toNanos() / 1000).toBytes();
    }

    public static Completeness decodeCompleteness(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        LogPosition position = position(in);
        long micros = in.u64();
        in.end();
        if (micros < 0) {
            throw new MalformedException("a staleness of " + micros);
        }
        return new Completeness(position, Duration.of(micros, ChronoUnit.MICROS));
    }

    public static byte[] encodeAdvisory(Advisory advisory) {
        WireWriter out = new WireWriter(128).u8(FORMAT);
        out.identity(advisory.identity());
        change(out, advisory.change());
        return out.toBytes();
    }

    public static Advisory decodeAdvisory(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        in.format(FORMAT);
        Advisory advisory = new Advisory(in.identity(), change(in));
        in.end();
        return advisory;
    }

    /** A frame with its length prefix. */
    public static byte[] encodeFrame(FeedFrame frame) {
        WireWriter out = new WireWriter(128);
        switch (frame) {
            case FeedFrame.SnapshotBegun(FollowerState state, int slots) -> {
                out.u8(SNAPSHOT_BEGUN);
                state(out, state);
                out.u32(slots);
            }
            case FeedFrame.Slots part -> {
                out.u8(SLOTS).u32(part.first()).u32(part.stamps().length);
                for (long stamp : part.stamps()) {
                    out.u64(stamp);
                }
            }
            case FeedFrame.SnapshotEnded() -> out.u8(SNAPSHOT_ENDED);
            case FeedFrame.Appended(LogRecord record) ->
                    out.u8(APPENDED).bytes(encodeRecord(record));
            case FeedFrame.Advised(Advisory advisory) ->
                    out.u8(ADVISED).bytes(encodeAdvisory(advisory));
        }
        return framed(out);
    }

    /** The frame of a record that is encoded already, with its length prefix. */
    public static byte[] encodeFrame(byte[] record) {
        return framed(new WireWriter(record.length + 8).u8(APPENDED).bytes(record));
    }

    private static byte[] framed(WireWriter out) {
        ByteBuffer content = out.written();
        byte[] framed = new byte[4 + content.remaining()];
        ByteBuffer.wrap(framed).putInt(content.remaining()).put(content);
        return framed;
    }

    /** Reads a frame without its length prefix. */
    public static FeedFrame decodeFrame(ByteBuffer bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        int kind = in.u8();
        FeedFrame frame =
                switch (kind) {
                    case SNAPSHOT_BEGUN -> new FeedFrame.SnapshotBegun(state(in), slots(in.u32()));
                    case SLOTS -> slots(in, in.u32(), in.u32());
                    case SNAPSHOT_ENDED -> new FeedFrame.SnapshotEnded();
                    case APPENDED ->
                            new FeedFrame.Appended(decodeRecord(ByteBuffer.wrap(in.bytes())));
                    case ADVISED ->
                            new FeedFrame.Advised(decodeAdvisory(ByteBuffer.wrap(in.bytes())));
                    default -> throw new MalformedException("frame " + kind + " is not known");
                };
        in.end();
        return frame;
    }

    private static int slots(long slots) throws MalformedException {
        if (Long.bitCount(slots) != 1 || slots > TagClock.SLOTS_MAX) {
            throw new MalformedException("a clock of " + slots + " slots");
        }
        return (int) slots;
    }

    private static FeedFrame.Slots slots(WireReader in, long first, long size)
            throws MalformedException {
        if (first + size > TagClock.SLOTS_MAX || size > FeedFrame.SLOTS_MAX) {
            throw new MalformedException(size + " slots from " + first);
        }
        long[] stamps = new long[(int) size];
        for (int i = 0; i < stamps.length; i++) {
            stamps[i] = in.u64();
        }
        return new FeedFrame.Slots((int) first, stamps);
    }

    private static void state(WireWriter out, FollowerState state) {
        position(out, state.position());
        out.identity(state.identity()).u64(state.floor()).u64(state.xid());
        out.u8(state.awaited().isPresent() ? 1 : 0);
        state.awaited().ifPresent(awaited -> out.u64(awaited.term()).u64(awaited.sequence()));
    }

    private static FollowerState state(WireReader in) throws MalformedException {
        return new FollowerState(
                position(in),
                in.identity(),
                in.u64(),
                in.u64(),
                in.u8() == 1
                        ? Optional.of(new FollowerState.Awaited(in.u64(), in.u64()))
                        : Optional.empty());
    }

    private static WireWriter tail(WireWriter out, Optional<LogRecord> tail) {
        out.u8(tail.isPresent() ? 1 : 0);
        tail.ifPresent(record ->
                out.bytes(
                        record.content() instanceof Content.Unknown
                                ? encodePlace(record)
                                : encodeRecord(record)));
        return out;
    }

    /** Who asks for the tail needs its place, to go on from there with a new generation. */
    private static byte[] encodePlace(LogRecord record) {
        WireWriter out = new WireWriter(64).u8(FORMAT).u8(UNKNOWN);
        position(out, record.position());
        position(out, record.predecessor());
        return out.toBytes();
    }

    private static Optional<LogRecord> tail(WireReader in) throws MalformedException {
        return in.u8() == 1
                ? Optional.of(decodeRecord(ByteBuffer.wrap(in.bytes())))
                : Optional.empty();
    }

    private static void position(WireWriter out, LogPosition position) {
        out.u64(position.generation()).u64(position.lsn().position()).u64(position.term());
    }

    private static LogPosition position(WireReader in) throws MalformedException {
        return new LogPosition(in.u64(), new Lsn(in.u64()), in.u64());
    }

    private static void change(WireWriter out, Change change) {
        out.u64(change.stamp()).u32(change.tags().size()).tags(change.tags());
    }

    private static Change change(WireReader in) throws MalformedException {
        return new Change(in.u64(), in.tags(in.u32()));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
