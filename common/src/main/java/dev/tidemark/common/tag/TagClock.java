package dev.tidemark.common.tag;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a node knows of invalidations: for each tag, hashed to a slot, the highest stamp of a
 * change.
 *
 * <p>An entry is valid if and only if its version is above the stamp of every one of its tags, and
 * above the floor. Invariants:
 *
 * <ul>
 *   <li><b>Monotone.</b> No slot and no floor ever falls, whatever order changes arrive in, so a
 *       repeated or late record is harmless.
 *   <li><b>Collisions are safe.</b> Two tags in one slot can only make an entry invalid that was
 *       not.
 *   <li><b>No race with fills.</b> A fill that a change overtook carries the older version and is
 *       never valid, whenever it lands.
 * </ul>
 *
 * <p>Safe for use by many threads, without locks: a change that {@link #invalidate} has returned
 * from is seen by every later {@link #isValid}.
 */
public final class TagClock {

    /** 8 MiB: with 1,000 changes/s, a slot is hit by another tag's change once in 17 minutes. */
    public static final int SLOTS_DEFAULT = 1 << 20;

    /** 2 GiB, far more than anyone needs. */
    public static final int SLOTS_MAX = 1 << 28;

    private final AtomicLongArray stamps;
    private final int mask;
    private final AtomicLong floor = new AtomicLong();

    /**
     * @param slots a power of two, from 2 to 2^28
     * @throws IllegalArgumentException if it is not
     */
    public TagClock(int slots) {
        if (Integer.bitCount(slots) != 1 || slots < 2 || slots > SLOTS_MAX) {
            throw new IllegalArgumentException(
                    "slots must be a power of two from 2 to 2^28, not " + slots);
        }
        stamps = new AtomicLongArray(slots);
        mask = slots - 1;
    }

    /** A change of this tag, by a transaction whose xid is at or below the stamp. */
    public void invalidate(long tagHash, long stamp) {
        stamps.accumulateAndGet(slotOf(tagHash), stamp, Math::max);
    }

    /** A change of all these tags. */
    public void invalidate(Tags tags, long stamp) {
        for (int i = 0; i < tags.size(); i++) {
            invalidate(tags.hash(i), stamp);
        }
    }

    /** From now on, no entry is valid whose version is not above this number. */
    public void raiseFloor(long floor) {
        this.floor.accumulateAndGet(floor, Math::max);
    }

    public long floor() {
        return floor.get();
    }

    /** Whether an entry of this version and these tags may be served. */
    public boolean isValid(Version version, Tags tags) {
        return version.xmin() > floor.get() && isUntouched(version, tags);
    }

    /** Whether no change of these tags is known that the version may not have seen. */
    public boolean isUntouched(Version version, Tags tags) {
        long xmin = version.xmin();
        for (int i = 0; i < tags.size(); i++) {
            if (stamps.get(slotOf(tags.hash(i))) >= xmin) {
                return false;
            }
        }
        return true;
    }

    public int slots() {
        return stamps.length();
    }

    /** The highest stamp in a slot, from 0 to {@code slots() - 1}: for copies of the clock. */
    public long stamp(int slot) {
        return stamps.get(slot);
    }

    /**
     * Takes over a slot of another clock, which may be of another size: a smaller clock's slot
     * stands for several of this one, and several of a larger one's for one of this.
     *
     * @param slots the size of the other clock
     */
    public void adopt(int slot, int slots, long stamp) {
        for (int own = slot & mask; own < stamps.length(); own += slots) {
            stamps.accumulateAndGet(own, stamp, Math::max);
        }
    }

    /** The slot that a tag is hashed to. */
    public int slotOf(long tagHash) {
        return (int) tagHash & mask;
    }
}
