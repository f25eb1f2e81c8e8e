package dev.tidemark.retrieval.change;

/** Transaction ids of 32 bits, as the stream has them, and of 64, as everything else. */
final class Xids {

    private Xids() {}

    /**
     * The id of 64 bits that is nearest to another. PostgreSQL never has two ids in use that are
     * further apart than 2^31.
     *
     * @param reference an id that was in use at about the same time
     */
    static long widen(int xid, long reference) {
        return reference + (xid - (int) reference);
    }
}
