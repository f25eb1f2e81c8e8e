package dev.tidemark.cache.redis;

import dev.tidemark.cache.invalidation.EncodedRecord;
import dev.tidemark.cache.invalidation.InvalidationLog;
import dev.tidemark.cache.invalidation.LogRead;
import dev.tidemark.cache.invalidation.LogUnavailableException;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.wire.MalformedException;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The log as a stream of a Redis Cluster; keys and scripts are as the package says. */
final class RedisInvalidationLog implements InvalidationLog {

    private final ClusterConnection connection;
    private final ClusterConnection blocking;
    private final LogKeys keys;
    private final ReplicaAcks acks;
    private final FullNodes fullNodes;

    /**
     * @param blocking for reads, which wait for something to read and hold up all behind them
     */
    RedisInvalidationLog(
            ClusterConnection connection,
            ClusterConnection blocking,
            LogKeys keys,
            ReplicaAcks acks,
            FullNodes fullNodes) {
        this.connection = connection;
        this.blocking = blocking;
        this.keys = keys;
        this.acks = acks;
        this.fullNodes = fullNodes;
    }

    @Override
    public CompletableFuture<LogOpened> open() {
        return asked(
                connection,
                connected ->
                        Scripts.run(connected.async(), Script.OPEN_LOG, logAndTerm())
                                .thenApply(reply -> {
                                    List<?> members = (List<?>) reply;
                                    return new LogOpened(
                                            u64((byte[]) members.get(0)),
                                            tail((byte[]) members.get(1)));
                                }));
    }

    @Override
    public CompletableFuture<AppendOutcome> append(List<EncodedRecord> batch) {
        byte[][] arguments = new byte[2 * batch.size()][];
        for (int i = 0; i < batch.size(); i++) {
            LogPosition position = batch.get(i).record().position();
            arguments[2 * i] = LogKeys.id(position).getBytes(StandardCharsets.US_ASCII);
            arguments[2 * i + 1] = batch.get(i).bytes();
        }
        LogPosition tail = batch.getLast().record().position();
        return asked(
                connection,
                connected ->
                        master(connected)
                                .thenCompose(master ->
                                        Scripts.run(
                                                        master.async(),
                                                        Script.APPEND,
                                                        logAndTerm(),
                                                        arguments)
                                                .thenApply(reply ->
                                                        outcome((List<?>) reply, tail, master)))
                                .exceptionallyCompose(failure ->
                                        isRedirected(failure)
                                                // It is the master no more, or about to be; the
                                                // cluster's own connection finds out who is.
                                                ? Scripts.run(
                                                                connected.async(),
                                                                Script.APPEND,
                                                                logAndTerm(),
                                                                arguments)
                                                        .thenApply(reply ->
                                                                outcome(
                                                                        (List<?>) reply,
                                                                        tail,
                                                                        null))
                                                : CompletableFuture.failedFuture(failure))
                                .whenComplete((_, failure) -> {
                                    if (failure != null) {
                                        fullNodes.notice(cause(failure));
                                    }
                                }));
    }

    /** A connection of its own to the node that holds the log: WAIT has no key to be routed by. */
    private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> master(
            StatefulRedisClusterConnection<byte[], byte[]> connected) {
        RedisClusterNode master =
                connected.getPartitions().getMasterBySlot(SlotHash.getSlot(keys.records()));
        return master == null
                ? CompletableFuture.failedFuture(new RedisException("no node serves the log"))
                : connected.getConnectionAsync(master.getNodeId());
    }

    /** While the log moves to another master the old one says ASK, and MOVED when it is there. */
    private static boolean isRedirected(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof RedisException
                && cause.getMessage() != null
                && (cause.getMessage().startsWith("MOVED ")
                        || cause.getMessage().startsWith("ASK "));
    }

    private AppendOutcome outcome(
            List<?> reply,
            LogPosition tail,
            @Nullable StatefulRedisConnection<byte[], byte[]> master) {
        if (!reply.getFirst().equals(1L)) {
            return new AppendOutcome.Refused(
                    u64((byte[]) reply.get(1)), tail((byte[]) reply.get(2)));
        }
        if (master != null) {
            acks.appended(master.async(), tail);
        }
        return new AppendOutcome.Appended(tail, acks.durable(tail));
    }

    private static Optional<LogRecord> tail(byte @Nullable [] record) {
        try {
            return record == null
                    ? Optional.empty()
                    : Optional.of(LogCodec.decodeRecord(ByteBuffer.wrap(record)));
        } catch (MalformedException e) {
            throw new LogUnavailableException("The log's last record cannot be read", e);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // an array of Lettuce's for its varargs
    public CompletableFuture<LogRead> read(LogPosition after, int recordsMax, Duration patience) {
        return asked(
                blocking,
                connected ->
                        connected
                                .async()
                                .xread(
                                        XReadArgs.Builder.block(Math.max(1, patience.toMillis()))
                                                .count(recordsMax),
                                        XReadArgs.StreamOffset.from(
                                                keys.records(), LogKeys.id(after)))
                                .toCompletableFuture()
                                .thenCompose(messages ->
                                        messages == null || messages.isEmpty()
                                                ? atTheEnd(connected, after)
                                                : CompletableFuture.completedFuture(
                                                        continued(after, messages))));
    }

    /** Nothing comes after: because the place is the log's end, or because the log has lost it. */
    private CompletableFuture<LogRead> atTheEnd(
            StatefulRedisClusterConnection<byte[], byte[]> connected, LogPosition after) {
        LogRead nothing = new LogRead.Continued(List.of());
        if (after.equals(LogPosition.NONE)) {
            return CompletableFuture.completedFuture(nothing);
        }
        String id = LogKeys.id(after);
        return connected
                .async()
                .xrange(keys.records(), Range.create(id, id))
                .toCompletableFuture()
                .thenApply(messages ->
                        !messages.isEmpty() && holds(messages.getFirst(), after)
                                ? nothing
                                : new LogRead.Broken("the log does not have that record"));
    }

    private static boolean holds(StreamMessage<byte[], byte[]> message, LogPosition position) {
        try {
            return record(message).record().position().equals(position);
        } catch (MalformedException e) {
            return false;
        }
    }

    private static LogRead continued(
            LogPosition after, List<StreamMessage<byte[], byte[]>> messages) {
        List<EncodedRecord> records = new ArrayList<>(messages.size());
        LogPosition last = after;
        for (StreamMessage<byte[], byte[]> message : messages) {
            EncodedRecord record;
            try {
                record = record(message);
            } catch (MalformedException e) {
                return end(records, message.getId() + " cannot be read: " + e.getMessage());
            }
            if (!record.record().predecessor().equals(last)) {
                return end(
                        records,
                        record.record().position() + " follows " + record.record().predecessor());
            }
            records.add(record);
            last = record.record().position();
        }
        return new LogRead.Continued(records);
    }

    /** What comes before the break is as good as ever. */
    private static LogRead end(List<EncodedRecord> records, String reason) {
        return records.isEmpty() ? new LogRead.Broken(reason) : new LogRead.Continued(records);
    }

    private static EncodedRecord record(StreamMessage<byte[], byte[]> message)
            throws MalformedException {
        if (message.getBody() == null || message.getBody().size() != 1) {
            throw new MalformedException("not one field");
        }
        return EncodedRecord.of(message.getBody().values().iterator().next());
    }

    @Override
    public CompletableFuture<Optional<EncodedRecord>> first() {
        return asked(
                connection,
                connected ->
                        connected
                                .async()
                                .xrange(keys.records(), Range.unbounded(), Limit.from(1))
                                .toCompletableFuture()
                                .thenApply(messages ->
                                        messages.stream()
                                                .findFirst()
                                                .map(message -> {
                                                    try {
                                                        return record(message);
                                                    } catch (MalformedException e) {
                                                        throw new LogUnavailableException(
                                                                "The log's first record cannot be read",
                                                                e);
                                                    }
                                                })));
    }

    private byte[][] logAndTerm() {
        return new byte[][] {keys.records(), keys.term()};
    }

    /** Asks by a connection; whatever Redis does not answer is {@link LogUnavailableException}. */
    static <T> CompletableFuture<T> asked(
            ClusterConnection connection,
            Function<StatefulRedisClusterConnection<byte[], byte[]>, CompletableFuture<T>>
                    question) {
        CompletableFuture<T> answer;
        try {
            answer =
                    connection
                            .get()
                            .map(question)
                            .orElseGet(() ->
                                    CompletableFuture.failedFuture(
                                            new RedisException("not yet connected")));
        } catch (RedisException e) {
            // A slot that nobody serves is noticed before anything is sent.
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionallyCompose(failure -> {
            Throwable cause = cause(failure);
            connection.notice(cause);
            return CompletableFuture.failedFuture(
                    isUnavailable(cause)
                            ? new LogUnavailableException(
                                    "Redis could not be asked: " + cause.getMessage(), cause)
                            : cause);
        });
    }

    /** Also a connection that broke, or was closed, while it was asked. */
    private static boolean isUnavailable(Throwable cause) {
        return cause instanceof RedisException
                || cause instanceof IOException
                || cause instanceof CancellationException;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static long u64(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }
}
