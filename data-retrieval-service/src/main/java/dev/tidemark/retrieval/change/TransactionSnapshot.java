package dev.tidemark.retrieval.change;

import java.util.HashSet;
import java.util.Set;

/**
 * Which transactions had ended at a moment: PostgreSQL's {@code pg_snapshot}.
 *
 * @param xmax everything from here on had not begun, or had not ended
 * @param inProgress those below that had not ended
 */
record TransactionSnapshot(long xmax, Set<Long> inProgress) {

    TransactionSnapshot {
        inProgress = Set.copyOf(inProgress);
    }

    /**
     * Reads PostgreSQL's text, {@code xmin:xmax:xip,xip…}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static TransactionSnapshot parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a snapshot: " + text);
        }
        Set<Long> inProgress = new HashSet<>();
        if (!parts[2].isEmpty()) {
            for (String xid : parts[2].split(",", -1)) {
                inProgress.add(Long.parseLong(xid));
            }
        }
        return new TransactionSnapshot(Long.parseLong(parts[1]), inProgress);
    }

    /** Whether the transaction had ended. */
    boolean hasEnded(long xid) {
        return xid < xmax && !inProgress.contains(xid);
    }
}
