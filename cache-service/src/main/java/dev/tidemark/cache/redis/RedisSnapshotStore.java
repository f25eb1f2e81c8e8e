package dev.tidemark.cache.redis;

import dev.tidemark.cache.invalidation.ClockSnapshot;
import dev.tidemark.cache.invalidation.SnapshotStore;
import dev.tidemark.common.log.LogPosition;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of the clock beside the log in Redis. A pointer names the latest one's chunks and their
 * checksum; it is set when they have been read back.
 */
final class RedisSnapshotStore implements SnapshotStore {

    /** What an instance that dies meanwhile leaves behind goes by itself. */
    private static final Duration UNFINISHED_TTL = Duration.ofMinutes(5);

    /** Longer than keeping a snapshot takes. */
    private static final Duration LOCK_TTL = Duration.ofSeconds(30);

    /** The chunks may be replaced while they are read. */
    private static final int LOAD_ATTEMPTS = 3;

    /** The value of the pointer, in text: {@code 1 <id> <chunks> <CRC-32C> <position>}. */
    private record Pointer(String id, int chunks, long checksum, LogPosition position) {

        static Optional<Pointer> parse(byte @Nullable [] text) {
            String[] parts =
                    text == null
                            ? new String[0]
                            : new String(text, StandardCharsets.US_ASCII).split(" ", -1);
            if (parts.length != 5 || !parts[0].equals("1")) {
                return Optional.empty();
            }
            try {
                return Optional.of(
                        new Pointer(
                                parts[1],
                                Integer.parseInt(parts[2]),
                                Long.parseLong(parts[3], 16),
                                LogPosition.parse(parts[4])));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        byte[] text() {
            return "1 %s %d %x %s"
                    .formatted(id, chunks, checksum, position)
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final ClusterConnection connection;
    private final LogKeys keys;
    private final LongSupplier tokens;
    private final Executor executor = Thread.ofVirtual().name("log-snapshot")::start;

    /**
     * @param tokens random names for locks and snapshots
     */
    RedisSnapshotStore(ClusterConnection connection, LogKeys keys, LongSupplier tokens) {
        this.connection = connection;
        this.keys = keys;
        this.tokens = tokens;
    }

    @Override
    public CompletableFuture<Optional<LogPosition>> latest() {
        return RedisInvalidationLog.asked(
                connection,
                connected ->
                        connected
                                .async()
                                .get(keys.snapshot())
                                .toCompletableFuture()
                                .thenApply(text -> Pointer.parse(text).map(Pointer::position)));
    }

    @Override
    public CompletableFuture<Optional<ClockSnapshot>> load() {
        return RedisInvalidationLog.asked(
                connection,
                connected ->
                        CompletableFuture.supplyAsync(() -> load(connected.async()), executor));
    }

    private Optional<ClockSnapshot> load(RedisAdvancedClusterAsyncCommands<byte[], byte[]> redis) {
        for (int attempt = 0; attempt < LOAD_ATTEMPTS; attempt++) {
            Optional<Pointer> pointer = pointer(redis);
            if (pointer.isEmpty()) {
                return Optional.empty();
            }
            Optional<List<byte[]>> chunks = chunks(redis, pointer.get());
            if (chunks.isPresent()) {
                return Optional.of(new ClockSnapshot(pointer.get().position(), chunks.get()));
            }
        }
        return Optional.empty();
    }

    private Optional<Pointer> pointer(RedisAdvancedClusterAsyncCommands<byte[], byte[]> redis) {
        return Pointer.parse(redis.get(keys.snapshot()).toCompletableFuture().join());
    }

    /** Empty if one is missing or their checksum is another. */
    private Optional<List<byte[]>> chunks(
            RedisAdvancedClusterAsyncCommands<byte[], byte[]> redis, Pointer pointer) {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < pointer.chunks(); i++) {
            byte[] chunk = redis.get(keys.chunk(pointer.id(), i)).toCompletableFuture().join();
            if (chunk == null) {
                return Optional.empty();
            }
            chunks.add(chunk);
        }
        return checksum(chunks) == pointer.checksum() ? Optional.of(chunks) : Optional.empty();
    }

    private static long checksum(List<byte[]> chunks) {
        CRC32C crc = new CRC32C();
        chunks.forEach(crc::update);
        return crc.getValue();
    }

    @Override
    public CompletableFuture<Kept> keep(ClockSnapshot snapshot, int recordsMin) {
        return RedisInvalidationLog.asked(
                connection,
                connected ->
                        CompletableFuture.supplyAsync(
                                () -> keep(connected.async(), snapshot, recordsMin), executor));
    }

    private Kept keep(
            RedisAdvancedClusterAsyncCommands<byte[], byte[]> redis,
            ClockSnapshot snapshot,
            int recordsMin) {
        byte[] token = ByteBuffer.allocate(8).putLong(tokens.getAsLong()).array();
        String locked =
                redis.set(keys.snapshotLock(), token, SetArgs.Builder.nx().px(LOCK_TTL.toMillis()))
                        .toCompletableFuture()
                        .join();
        Optional<Pointer> last = pointer(redis);
        if (locked == null) {
            return Kept.LEFT_TO_ANOTHER;
        }
        Pointer next =
                new Pointer(
                        Long.toHexString(tokens.getAsLong()),
                        snapshot.chunks().size(),
                        checksum(snapshot.chunks()),
                        snapshot.position());
        SetArgs unfinished = SetArgs.Builder.px(UNFINISHED_TTL.toMillis());
        for (int i = 0; i < next.chunks(); i++) {
            redis.set(keys.chunk(next.id(), i), snapshot.chunks().get(i), unfinished)
                    .toCompletableFuture()
                    .join();
        }
        boolean whole =
                chunks(redis, next).isPresent()
                        && Scripts.run(
                                        redis,
                                        Script.KEEP_SNAPSHOT,
                                        keepKeys(next, last),
                                        token,
                                        next.text(),
                                        ascii(LogKeys.id(next.position())),
                                        ascii(Integer.toString(recordsMin)),
                                        ascii(Integer.toString(next.chunks())),
                                        LogKeys.bytes(next.position()))
                                .join()
                                .equals(1L);
        return whole ? Kept.KEPT : Kept.DAMAGED;
    }

    private byte[][] keepKeys(Pointer next, Optional<Pointer> last) {
        List<byte[]> all = new ArrayList<>();
        all.add(keys.records());
        all.add(keys.snapshot());
        all.add(keys.snapshotLock());
        for (int i = 0; i < next.chunks(); i++) {
            all.add(keys.chunk(next.id(), i));
        }
        for (int i = 0; i < last.map(Pointer::chunks).orElse(0); i++) {
            all.add(keys.chunk(last.orElseThrow().id(), i));
        }
        return all.toArray(byte[][]::new);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
