package dev.tidemark.common.tag;

/**
 * The snapshot that an answer was read in: PostgreSQL's {@code
 * pg_snapshot_xmin(pg_current_snapshot())}, taken in the statement that read the data. Every
 * transaction below it had ended by then.
 *
 * @param xmin an {@code xid8}, positive; 0 for an answer whose snapshot is not known, which no tag
 *     clock finds valid
 */
public record Version(long xmin) implements Comparable<Version> {

    public static final Version UNKNOWN = new Version(0);

    public Version {
        if (xmin < 0) {
            throw new IllegalArgumentException("xmin must not be negative: " + xmin);
        }
    }

    @Override
    public int compareTo(Version other) {
        return Long.compare(xmin, other.xmin);
    }
}
