package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.LogPosition;
import java.util.List;

/**
 * What the tag clock says of an answer at one moment, for those who have to explain a decision.
 *
 * @param position the last record applied
 * @param floor what versions must be above
 * @param xid the highest transaction id that is known to be assigned
 * @param slots one for each tag
 */
public record ClockReading(LogPosition position, long floor, long xid, List<Slot> slots) {

    public ClockReading {
        slots = List.copyOf(slots);
    }

    /**
     * A tag's.
     *
     * @param stamp the highest of all tags that share the slot
     */
    public record Slot(long tagHash, int index, long stamp) {}
}
