package dev.tidemark.common.wire;

/** A lease given back without a fill. */
public record Release(Lease lease, Why why) {

    /** Why there is no fill, and so whether others need wait for one. */
    public enum Why {
        /** Nothing came of the fetch. */
        UNUSED(0),

        /** The answer may not be cached: for a while, nobody need wait for a fill of this key. */
        UNCACHEABLE(1),

        /**
         * The answer was overtaken by a change before it arrived, and so was the one before: for a
         * moment, nobody need wait. A service that does not know this takes it for unused.
         */
        OVERTAKEN(2);

        private final int code;

        Why(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** Of a later version's code: nothing that this one need do. */
        static Why ofCode(int code) {
            return switch (code) {
                case 1 -> UNCACHEABLE;
                case 2 -> OVERTAKEN;
                default -> UNUSED;
            };
        }
    }
}
