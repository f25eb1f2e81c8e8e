package dev.tidemark.common.log;

import dev.tidemark.common.tag.Lsn;
import java.util.Comparator;

/**
 * The place of a record in the invalidation log. Places are ordered by generation and LSN; the term
 * tells apart what two readers wrote in one place.
 *
 * @param generation numbers the histories that the log has told, ascending; positive
 * @param lsn the end of the commit that the record tells of: everything that committed up to there
 *     is told by this record and those before it
 * @param term of the reader that appended it; positive
 */
public record LogPosition(long generation, Lsn lsn, long term) {

    /** Before the first record. */
    public static final LogPosition NONE = new LogPosition(0, Lsn.UNKNOWN, 0);

    private static final Comparator<LogPosition> BY_PLACE =
            Comparator.comparingLong(LogPosition::generation).thenComparing(LogPosition::lsn);

    /** Whether this place is after the other's, whatever the terms. */
    public boolean isAfter(LogPosition other) {
        return BY_PLACE.compare(this, other) > 0;
    }

    /** Three numbers, such as {@code 7-0/1F6A560-3}. */
    @Override
    public String toString() {
        return generation + "-" + lsn + "-" + term;
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws IllegalArgumentException if it is not a position
     */
    public static LogPosition parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a log position: " + text);
        }
        return new LogPosition(
                Long.parseLong(parts[0]), Lsn.parse(parts[1]), Long.parseLong(parts[2]));
    }
}
