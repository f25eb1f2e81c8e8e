package dev.tidemark.cache.entry;

/**
 * What became of a fill.
 *
 * @param leaseHeld whether the filler still held its lease
 */
public record Filled(Fate fate, boolean leaseHeld) {

    public static final Filled FAILED = new Filled(Fate.FAILED, false);

    /** What became of the answer. */
    public enum Fate {
        STORED,
        /** A newer answer was there already. */
        SUPERSEDED,
        /** The answer was past its hard TTL when it came. */
        EXPIRED,
        /**
         * The answer has nothing but its age to go by, and came without the lease that tells it.
         */
        AGE_UNKNOWN,
        /** The store could not be asked. */
        FAILED
    }
}
