package dev.tidemark.common.tag;

import java.util.Arrays;
import java.util.Collection;

/** The hashes of all tags of an answer: a sorted, immutable set. */
public final class Tags {

    public static final Tags NONE = new Tags(new long[0]);

    private final long[] hashes;

    private Tags(long[] hashes) {
        this.hashes = hashes;
    }

    public static Tags of(Collection<Tag> tags) {
        return ofHashes(tags.stream().mapToLong(Tag::hash).toArray());
    }

    public static Tags ofHashes(long... hashes) {
        return new Tags(Arrays.stream(hashes).sorted().distinct().toArray());
    }

    public int size() {
        return hashes.length;
    }

    /** The hash at this index, from 0 to {@code size() - 1}, in ascending order. */
    public long hash(int index) {
        return hashes[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tags tags && Arrays.equals(hashes, tags.hashes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hashes);
    }

    /** Hexadecimal hashes, separated by commas; {@link #parse} reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(hashes.length * 17);
        for (long hash : hashes) {
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(Long.toHexString(hash));
        }
        return text.toString();
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws IllegalArgumentException if a hash is not a hexadecimal number of 64 bits
     */
    public static Tags parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        return ofHashes(
                Arrays.stream(text.split(",", -1))
                        .mapToLong(hash -> Long.parseUnsignedLong(hash, 16))
                        .toArray());
    }
}
