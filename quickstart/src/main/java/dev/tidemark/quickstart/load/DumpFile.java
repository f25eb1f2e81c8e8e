package dev.tidemark.quickstart.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A file that should be a plain SQL dump, and what it says when it is something else. */
public record DumpFile(Path path) {
    private static final int HEAD_BYTES = 8 * 1024;

    private static final String GZIP = "\u001f\u008b";
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /** What to do about a format that only pg_restore reads. */
    private static final String MAKE_PLAIN =
            "make a plain one with pg_dump --format=plain, or turn it into one with pg_restore --file=dump.sql";

    private static final String UTF_16 =
            "is written in UTF-16: make it with pg_dump --file=… instead of the shell's >";

    /**
     * How a file of some format begins.
     *
     * @param text bytes as characters of ISO-8859-1
     */
    private record Signature(int offset, String text, String message) {}

    private static final List<Signature> OTHER_FORMATS =
            List.of(
                    new Signature(
                            0, "PGDMP", "is a dump in PostgreSQL's custom format: " + MAKE_PLAIN),
                    new Signature(
                            257, "ustar", "is a tar archive: if pg_dump made it, " + MAKE_PLAIN),
                    new Signature(0, "(\u00b5/\u00fd", "is compressed with zstd: unpack it first"),
                    new Signature(0, "\u00fd7zXZ", "is compressed with xz: unpack it first"),
                    new Signature(0, "\u0004\"M\u0018", "is compressed with lz4: unpack it first"),
                    new Signature(0, "BZh", "is compressed with bzip2: unpack it first"),
                    new Signature(0, "PK\u0003\u0004", "is a zip archive: unpack it first"),
                    new Signature(0, "\u00ff\u00fe", UTF_16),
                    new Signature(0, "\u00fe\u00ff", UTF_16),
                    new Signature(0, "-- MySQL dump", "is a dump of MySQL, not of PostgreSQL"),
                    new Signature(0, "-- MariaDB dump", "is a dump of MariaDB, not of PostgreSQL"),
                    new Signature(
                            0,
                            "SQLite format 3",
                            "is a database of SQLite, not a dump of PostgreSQL"));

    /** Opens the file and closes it again, for a check ahead of any work. */
    public void check() {
        try (InputStream in = open()) {
            in.read();
        } catch (IOException e) {
            throw new LoadException(path + ": " + e.getMessage(), e);
        }
    }

    /** The SQL text, unpacked if it is compressed with gzip and without a byte-order mark. */
    InputStream open() {
        if (Files.isDirectory(path)) {
            boolean dump = Files.exists(path.resolve("toc.dat"));
            throw new LoadException(
                    path
                            + (dump
                                    ? " is a dump in PostgreSQL's directory format: " + MAKE_PLAIN
                                    : " is a folder, not a file"));
        }
        try {
            InputStream in = new BufferedInputStream(Files.newInputStream(path), HEAD_BYTES);
            try {
                if (head(in).startsWith(GZIP)) {
                    in = new BufferedInputStream(new GZIPInputStream(in, HEAD_BYTES), HEAD_BYTES);
                }
                return checked(in);
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new LoadException(path + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new LoadException(path + ": no permission to read it", e);
        } catch (IOException e) {
            throw new LoadException(path + ": " + e.getMessage(), e);
        }
    }

    private InputStream checked(InputStream in) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            throw new LoadException(path + " is empty");
        }
        for (Signature format : OTHER_FORMATS) {
            if (head.startsWith(format.text(), format.offset())) {
                throw new LoadException(path + " " + format.message());
            }
        }
        if (head.indexOf('\0') >= 0) {
            throw new LoadException(path + " is not a text file, so not a plain SQL dump");
        }
        if (head.startsWith(BYTE_ORDER_MARK)) {
            in.skipNBytes(BYTE_ORDER_MARK.length());
        }
        return in;
    }

    private static String head(InputStream in) throws IOException {
        in.mark(HEAD_BYTES);
        var head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
        in.reset();
        return head;
    }
}
