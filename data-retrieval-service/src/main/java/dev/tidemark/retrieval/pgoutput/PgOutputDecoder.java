package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.pgoutput.PgOutputMessage.Relation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bytes to messages. It remembers only whether a stream is open, since inside of one most messages
 * begin with an xid.
 *
 * <p>Whatever the bytes are, the result is a message or the one exception; every length is checked
 * before anything is allocated.
 */
public final class PgOutputDecoder {

    /** PostgreSQL's limit on columns. */
    private static final int COLUMNS_MAX = 1600;

    private boolean inStream;

    /**
     * Reads one message.
     *
     * @param bytes all of it; backed by an array, which the message goes on using: of a transaction
     *     with millions of rows, each would be copied for nobody
     * @throws MalformedPgOutputException if it is none; what follows it cannot be understood then
     */
    public PgOutputMessage decode(ByteBuffer bytes) throws MalformedPgOutputException {
        int start = bytes.arrayOffset() + bytes.position();
        MessageReader in = new MessageReader(bytes.array(), start, start + bytes.remaining());
        PgOutputMessage message = message(in);
        in.end();
        return message;
    }

    private PgOutputMessage message(MessageReader in) throws MalformedPgOutputException {
        char kind = in.character();
        return switch (kind) {
            case 'B' -> {
                outsideOfStream(kind);
                in.skip(16); // the commit's LSN and time
                yield new PgOutputMessage.Begin(in.int32());
            }
            case 'C' -> {
                outsideOfStream(kind);
                in.skip(9); // flags, and where the commit record begins
                Lsn end = in.lsn();
                in.skip(8); // time
                yield new PgOutputMessage.Commit(end);
            }
            case 'M' -> {
                xid(in);
                boolean transactional = (in.int8() & 1) != 0;
                in.skip(8); // LSN
                yield new PgOutputMessage.Logical(transactional, in.text(), in.copy(in.int32()));
            }
            case 'O' -> {
                in.skip(8); // LSN at the origin
                yield new PgOutputMessage.Origin(in.text());
            }
            case 'R' -> {
                xid(in);
                yield relation(in);
            }
            case 'Y' -> {
                xid(in);
                int oid = in.int32();
                in.text();
                in.text();
                yield new PgOutputMessage.Type(oid);
            }
            case 'I' -> {
                xid(in);
                int relation = in.int32();
                in.expect('N');
                yield new PgOutputMessage.Insert(relation, tuple(in));
            }
            case 'U' -> {
                xid(in);
                yield update(in);
            }
            case 'D' -> {
                xid(in);
                int relation = in.int32();
                oldMark(in.character());
                yield new PgOutputMessage.Delete(relation, tuple(in));
            }
            case 'T' -> {
                xid(in);
                yield truncate(in);
            }
            default -> stream(kind, in);
        };
    }

    private PgOutputMessage stream(char kind, MessageReader in) throws MalformedPgOutputException {
        return switch (kind) {
            case 'S' -> {
                outsideOfStream(kind);
                inStream = true;
                yield new PgOutputMessage.StreamStart(in.int32(), in.int8() == 1);
            }
            case 'E' -> {
                if (!inStream) {
                    throw new MalformedPgOutputException("a stream ends that did not begin");
                }
                inStream = false;
                yield new PgOutputMessage.StreamStop();
            }
            case 'c' -> {
                outsideOfStream(kind);
                int xid = in.int32();
                in.skip(9); // flags, and where the commit record begins
                Lsn end = in.lsn();
                in.skip(8); // time
                yield new PgOutputMessage.StreamCommit(xid, end);
            }
            case 'A' -> {
                outsideOfStream(kind);
                yield new PgOutputMessage.StreamAbort(in.int32(), in.int32());
            }
            default ->
                    throw new MalformedPgOutputException(
                            "a message of kind " + (int) kind + " is not known");
        };
    }

    private void outsideOfStream(char kind) throws MalformedPgOutputException {
        if (inStream) {
            throw new MalformedPgOutputException(kind + " inside of a stream");
        }
    }

    private void xid(MessageReader in) throws MalformedPgOutputException {
        if (inStream) {
            in.int32();
        }
    }

    private static Relation relation(MessageReader in) throws MalformedPgOutputException {
        int oid = in.int32();
        String schema = in.text();
        String name = in.text();
        char replicaIdentity = in.character();
        int size = columns(in);
        List<Relation.Column> columns = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            boolean key = (in.int8() & 1) != 0;
            columns.add(new Relation.Column(in.text(), key));
            in.skip(8); // type and its modifier
        }
        return new Relation(oid, schema, name, replicaIdentity, columns);
    }

    private static PgOutputMessage update(MessageReader in) throws MalformedPgOutputException {
        int relation = in.int32();
        char mark = in.character();
        Optional<Tuple> old = Optional.empty();
        if (mark != 'N') {
            oldMark(mark);
            old = Optional.of(tuple(in));
            in.expect('N');
        }
        return new PgOutputMessage.Update(relation, old, tuple(in));
    }

    private static void oldMark(char mark) throws MalformedPgOutputException {
        if (mark != 'K' && mark != 'O') {
            throw new MalformedPgOutputException("K or O was expected, not " + (int) mark);
        }
    }

    private static PgOutputMessage truncate(MessageReader in) throws MalformedPgOutputException {
        int size = in.int32();
        in.skip(1); // options
        in.need(4L * (size & 0xffff_ffffL));
        List<Integer> relations = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            relations.add(in.int32());
        }
        return new PgOutputMessage.Truncate(relations);
    }

    private static int columns(MessageReader in) throws MalformedPgOutputException {
        int size = in.int16();
        if (size > COLUMNS_MAX) {
            throw new MalformedPgOutputException(size + " columns");
        }
        return size;
    }

    /** Checks every value's length, and keeps only where the first begins. */
    private static Tuple tuple(MessageReader in) throws MalformedPgOutputException {
        int size = columns(in);
        int start = in.position();
        for (int i = 0; i < size; i++) {
            char kind = in.character();
            switch (kind) {
                case Tuple.NULL, Tuple.UNCHANGED -> {}
                case Tuple.TEXT, Tuple.BINARY -> in.skip(in.int32() & 0xffff_ffffL);
                default ->
                        throw new MalformedPgOutputException(
                                "a value of kind " + (int) kind + " is not known");
            }
        }
        return new Tuple(in.bytes(), start, size);
    }
}
