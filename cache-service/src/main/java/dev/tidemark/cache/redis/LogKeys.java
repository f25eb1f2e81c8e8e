package dev.tidemark.cache.redis;

import dev.tidemark.common.log.LogPosition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What the log and its snapshots are called in Redis; all in one slot by their hash tag. */
record LogKeys(String name) {

    byte[] records() {
        return key("records");
    }

    byte[] term() {
        return key("term");
    }

    byte[] snapshot() {
        return key("snapshot");
    }

    byte[] snapshotLock() {
        return key("snapshot-lock");
    }

    byte[] chunk(String snapshot, int number) {
        return key("snapshot:" + snapshot + ":" + number);
    }

    private byte[] key(String last) {
        return (prefix() + last).getBytes(StandardCharsets.UTF_8);
    }

    /** Of all of them, and of nothing else. */
    String prefix() {
        return "tm:{" + name + "}:";
    }

    /** A record's id in the stream. */
    static String id(LogPosition position) {
        return Long.toUnsignedString(position.generation())
                + "-"
                + Long.toUnsignedString(position.lsn().position());
    }

    /** A position as it is in a record. */
    static byte[] bytes(LogPosition position) {
        return ByteBuffer.allocate(24)
                .putLong(position.generation())
                .putLong(position.lsn().position())
                .putLong(position.term())
                .array();
    }
}
