package dev.tidemark.common.tag;

import java.util.Locale;

/**
 * A position in PostgreSQL's write-ahead log.
 *
 * @param position the byte position, unsigned; 0 where none is known
 */
public record Lsn(long position) implements Comparable<Lsn> {

    public static final Lsn UNKNOWN = new Lsn(0);

    /**
     * Reads PostgreSQL's text form, such as {@code 0/1F6A560}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash > 8 || text.length() - slash > 9 || slash == text.length() - 1) {
            throw new IllegalArgumentException("not an LSN: " + text);
        }
        long high = Long.parseLong(text, 0, slash, 16);
        long low = Long.parseLong(text, slash + 1, text.length(), 16);
        return new Lsn(high << 32 | low);
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(position, other.position);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%X/%X", position >>> 32, position & 0xffff_ffffL);
    }
}
