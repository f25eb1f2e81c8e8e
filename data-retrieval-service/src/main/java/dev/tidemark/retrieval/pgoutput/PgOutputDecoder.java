package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.pgoutput.PgOutputMessage.Relation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
     * @throws MalformedPgOutputException if it is none; what follows it cannot be understood then
     */
    public PgOutputMessage decode(ByteBuffer bytes) throws MalformedPgOutputException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        Reader in = new Reader(copy);
        PgOutputMessage message = message(in);
        in.end();
        return message;
    }

    private PgOutputMessage message(Reader in) throws MalformedPgOutputException {
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
                yield new PgOutputMessage.Logical(transactional, in.text(), in.bytes(in.int32()));
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

    private PgOutputMessage stream(char kind, Reader in) throws MalformedPgOutputException {
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

    private void xid(Reader in) throws MalformedPgOutputException {
        if (inStream) {
            in.int32();
        }
    }

    private static Relation relation(Reader in) throws MalformedPgOutputException {
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

    private static PgOutputMessage update(Reader in) throws MalformedPgOutputException {
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

    private static PgOutputMessage truncate(Reader in) throws MalformedPgOutputException {
        int size = in.int32();
        in.skip(1); // options
        in.need(4L * (size & 0xffff_ffffL));
        List<Integer> relations = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            relations.add(in.int32());
        }
        return new PgOutputMessage.Truncate(relations);
    }

    private static int columns(Reader in) throws MalformedPgOutputException {
        int size = in.int16();
        if (size > COLUMNS_MAX) {
            throw new MalformedPgOutputException(size + " columns");
        }
        return size;
    }

    private static Tuple tuple(Reader in) throws MalformedPgOutputException {
        int size = columns(in);
        int[] starts = new int[size];
        int[] lengths = new int[size];
        for (int i = 0; i < size; i++) {
            char kind = in.character();
            switch (kind) {
                case 'n' -> lengths[i] = Tuple.NULL;
                case 'u' -> lengths[i] = Tuple.UNCHANGED;
                case 't', 'b' -> {
                    int length = in.int32();
                    starts[i] = in.position();
                    in.skip(length & 0xffff_ffffL);
                    lengths[i] = kind == 't' ? length : Tuple.BINARY;
                }
                default ->
                        throw new MalformedPgOutputException(
                                "a value of kind " + (int) kind + " is not known");
            }
        }
        return new Tuple(in.all, starts, lengths);
    }

    /** The bytes of one message and how far they have been read. */
    private static final class Reader {
        private final byte[] all;
        private final ByteBuffer buffer;

        Reader(byte[] all) {
            this.all = all;
            buffer = ByteBuffer.wrap(all);
        }

        int position() {
            return buffer.position();
        }

        void need(long bytes) throws MalformedPgOutputException {
            if (buffer.remaining() < bytes) {
                throw new MalformedPgOutputException(
                        "%d bytes were expected, %d are left".formatted(bytes, buffer.remaining()));
            }
        }

        int int8() throws MalformedPgOutputException {
            need(1);
            return buffer.get() & 0xff;
        }

        char character() throws MalformedPgOutputException {
            return (char) int8();
        }

        int int16() throws MalformedPgOutputException {
            need(2);
            return buffer.getShort() & 0xffff;
        }

        int int32() throws MalformedPgOutputException {
            need(4);
            return buffer.getInt();
        }

        Lsn lsn() throws MalformedPgOutputException {
            need(8);
            return new Lsn(buffer.getLong());
        }

        void skip(long bytes) throws MalformedPgOutputException {
            need(bytes);
            buffer.position(buffer.position() + (int) bytes);
        }

        void expect(char expected) throws MalformedPgOutputException {
            char found = character();
            if (found != expected) {
                throw new MalformedPgOutputException(
                        expected + " was expected, not " + (int) found);
            }
        }

        byte[] bytes(int length) throws MalformedPgOutputException {
            need(length & 0xffff_ffffL);
            byte[] bytes = new byte[length];
            buffer.get(bytes);
            return bytes;
        }

        /** Up to a zero byte. */
        String text() throws MalformedPgOutputException {
            int start = buffer.position();
            for (int i = start; i < all.length; i++) {
                if (all[i] == 0) {
                    buffer.position(i + 1);
                    return new String(all, start, i - start, StandardCharsets.UTF_8);
                }
            }
            throw new MalformedPgOutputException("a text does not end");
        }

        void end() throws MalformedPgOutputException {
            if (buffer.hasRemaining()) {
                throw new MalformedPgOutputException(buffer.remaining() + " bytes too many");
            }
        }
    }
}
