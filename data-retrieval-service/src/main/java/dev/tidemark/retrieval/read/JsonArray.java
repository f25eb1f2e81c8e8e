package dev.tidemark.retrieval.read;

import dev.tidemark.common.wire.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;

/** Rows joined to one JSON array, one row a line. */
final class JsonArray {

    private static final byte[] SEPARATOR = {',', '\n'};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private long rows;

    JsonArray() {
        bytes.write('[');
    }

    void add(byte[] row) {
        if (rows++ > 0) {
            bytes.writeBytes(SEPARATOR);
        }
        bytes.writeBytes(row);
    }

    long rows() {
        return rows;
    }

    /** Whether it has outgrown what is aggregated and cached. */
    boolean isTooLarge() {
        return bytes.size() >= Answer.BODY_BYTES_MAX; // the bracket is still to come
    }

    byte[] complete() {
        bytes.write(']');
        return bytes.toByteArray();
    }

    /** Writes what is here, then the rest as it comes. */
    void writeTo(OutputStream out, Cursor rest) throws IOException, SQLException {
        bytes.writeTo(out);
        bytes.reset();
        for (byte[] row = rest.next(); row != null; row = rest.next()) {
            out.write(SEPARATOR);
            out.write(row);
        }
        out.write(']');
    }
}
