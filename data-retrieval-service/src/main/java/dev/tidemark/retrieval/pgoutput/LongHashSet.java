package dev.tidemark.retrieval.pgoutput;

import java.util.Arrays;

/**
 * A growing set of 64-bit hashes. They are evenly spread already, so their low bits are their
 * place.
 */
final class LongHashSet {

    private static final int CAPACITY_MIN = 16;

    /** 0 marks a free place, so it is kept apart. */
    private long[] places = new long[CAPACITY_MIN];

    private int size;
    private boolean zero;

    /** Adds one; whether it is new. */
    boolean add(long hash) {
        if (hash == 0) {
            boolean isNew = !zero;
            zero = true;
            return isNew;
        }
        if (!place(places, hash)) {
            return false;
        }
        size++;
        if (size > places.length / 2) {
            long[] larger = new long[places.length * 2];
            for (long old : places) {
                if (old != 0) {
                    place(larger, old);
                }
            }
            places = larger;
        }
        return true;
    }

    private static boolean place(long[] places, long hash) {
        int mask = places.length - 1;
        for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
            if (places[i] == hash) {
                return false;
            }
            if (places[i] == 0) {
                places[i] = hash;
                return true;
            }
        }
    }

    int size() {
        return size + (zero ? 1 : 0);
    }

    void clear() {
        places = new long[CAPACITY_MIN];
        size = 0;
        zero = false;
    }

    long[] toArray() {
        long[] hashes = Arrays.stream(places).filter(hash -> hash != 0).toArray();
        if (zero) {
            // Free in the array, a member of the set.
            hashes = Arrays.copyOf(hashes, hashes.length + 1);
        }
        return hashes;
    }
}
