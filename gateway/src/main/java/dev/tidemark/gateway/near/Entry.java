package dev.tidemark.gateway.near;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.LookupOutcome;
import java.time.Duration;

/**
 * An answer and since when it ages. Its age is a sum of durations measured on each machine that
 * held it, never a difference of two machines' clocks.
 *
 * @param bornNanos when the origin was asked, on this machine's monotonic clock
 * @param fetchedHere whether this machine asked; else, if it is followed, the entry may be older
 *     than that by however long its fill was on the way to the shared cache
 */
public record Entry(Answer answer, long bornNanos, boolean fetchedHere) {

    /** What an entry costs beside its bytes: objects, map node, expiry. */
    private static final int OVERHEAD_BYTES = 512;

    /** An entry that this machine fetched. */
    public Entry(Answer answer, long bornNanos) {
        this(answer, bornNanos, true);
    }

    /**
     * An entry that the shared cache handed out.
     *
     * @param askedNanos when it was asked, so that the way here counts as age too
     */
    public static Entry of(LookupOutcome.Stored stored, long askedNanos) {
        return new Entry(stored.answer(), askedNanos - stored.age().toNanos(), false);
    }

    public Duration age(long nowNanos) {
        return Duration.ofNanos(ageNanos(nowNanos));
    }

    /** How long until it is stale; negative since when it is. */
    public Duration softTtlLeft(long nowNanos) {
        return answer.policy().softTtl().minusNanos(ageNanos(nowNanos));
    }

    /** Whether age alone lets it be served. */
    public boolean isFresh(long nowNanos) {
        return ageNanos(nowNanos) < answer.policy().softTtl().toNanos();
    }

    /** Whether it may not even be served when the origin fails. */
    public boolean isGone(long nowNanos) {
        return ageNanos(nowNanos) >= answer.policy().hardTtl().toNanos();
    }

    private long ageNanos(long nowNanos) {
        return Math.max(0, nowNanos - bornNanos);
    }

    /** Roughly what it takes of the heap. */
    public int bytes() {
        int bytes = OVERHEAD_BYTES + answer.body().length + 8 * answer.tags().size();
        for (HeaderField field : answer.head()) {
            bytes += 64 + field.name().length() + field.value().length();
        }
        return bytes;
    }

    /**
     * Whether this takes the other's place: never if the other was read in a later snapshot of the
     * same history, nor if it is the same but older.
     */
    boolean replaces(Entry other) {
        if (!answer.identity().equals(other.answer.identity())) {
            return true;
        }
        int order = answer.version().compareTo(other.answer.version());
        return order > 0 || (order == 0 && bornNanos - other.bornNanos >= 0);
    }
}
