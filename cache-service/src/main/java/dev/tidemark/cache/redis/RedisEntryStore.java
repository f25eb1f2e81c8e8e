package dev.tidemark.cache.redis;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.cache.fill.LeaseLength;
import dev.tidemark.cache.fill.LeaseProperties;
import dev.tidemark.common.wire.EntryCodec;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries and leases of a Redis Cluster; keys and scripts are as the package says. */
final class RedisEntryStore implements EntryStore {

    private static final Logger log = LoggerFactory.getLogger(RedisEntryStore.class);

    private static final byte[] NOTHING_DAMAGED = {};

    private final ClusterConnection connection;
    private final Scripts scripts;
    private final Deadlines deadlines;
    private final LeaseProperties leases;
    private final LeaseLength leaseLength;
    private final Duration commandTimeout;
    private final LongSupplier tokens;
    private final FullNodes fullNodes;

    /**
     * @param tokens random names for leases
     */
    RedisEntryStore(
            ClusterConnection connection,
            Deadlines deadlines,
            LeaseProperties leases,
            LeaseLength leaseLength,
            Duration commandTimeout,
            LongSupplier tokens,
            FullNodes fullNodes) {
        this.connection = connection;
        this.scripts = new Scripts(connection);
        this.deadlines = deadlines;
        this.leases = leases;
        this.leaseLength = leaseLength;
        this.commandTimeout = commandTimeout;
        this.tokens = tokens;
        this.fullNodes = fullNodes;
    }

    @Override
    public CompletableFuture<Found> find(Lookup lookup) {
        Lease lease = new Lease(lookup.key(), lookup.partition(), newToken());
        Duration timeout =
                commandTimeout.compareTo(lookup.deadline()) < 0
                        ? commandTimeout
                        : lookup.deadline();
        CompletableFuture<Found> reply =
                find(lookup, lease, NOTHING_DAMAGED)
                        .thenCompose(found -> foundOrRepeated(lookup, lease, found))
                        .exceptionally(failure -> orFailed(failure, Found.UNAVAILABLE));
        CompletableFuture<Found> found = deadlines.orElse(reply.copy(), timeout, Found.UNAVAILABLE);
        var _ = reply.thenAccept(late -> giveBackIfLate(late, found));
        return found;
    }

    /** After its deadline the asker is gone: nobody should wait for its fill. */
    private void giveBackIfLate(Found late, CompletableFuture<Found> found) {
        if (late.outcome() instanceof LookupOutcome.Leased(Lease lease, _)
                && found.isDone()
                && !found.join().equals(late)) {
            var _ = release(new Release(lease, Release.Why.UNUSED));
        }
    }

    private CompletableFuture<FindReply> find(Lookup lookup, Lease lease, byte[] damagedSha1) {
        return scripts.run(
                        Script.FIND,
                        KeyPair.of(lookup.key(), lookup.partition()),
                        u64(lease.token()),
                        decimal(leaseLength.granted().toMillis()),
                        u64(lookup.notVersion().xmin()),
                        damagedSha1)
                .thenApply(FindReply::of);
    }

    private CompletableFuture<Found> foundOrRepeated(Lookup lookup, Lease lease, FindReply reply) {
        try {
            return CompletableFuture.completedFuture(reply.found(lease, false));
        } catch (MalformedException e) {
            log.warn("The entry {} is damaged and goes: {}", lease.key(), e.getMessage());
            byte[] damaged = reply.entry() == null ? NOTHING_DAMAGED : reply.entry();
            byte[] sha1 = Script.sha1(damaged).getBytes(StandardCharsets.US_ASCII);
            return find(lookup, lease, sha1).thenApply(next -> foundAfterDamage(lease, next));
        }
    }

    private static Found foundAfterDamage(Lease lease, FindReply reply) {
        try {
            return reply.found(lease, true);
        } catch (MalformedException e) {
            // Damaged once more within a moment: the asker is better off elsewhere.
            return Found.UNAVAILABLE;
        }
    }

    @Override
    public CompletableFuture<Filled> fill(Fill fill) {
        Duration fetchTime = fill.answer().fetchTime();
        // The version before this one does not say it, but its answers are about as old.
        leaseLength.filled(fetchTime.isZero() ? fill.age() : fetchTime);
        Duration left = fill.answer().policy().hardTtl().minus(fill.age());
        CompletableFuture<Filled> filled =
                scripts.run(
                                Script.FILL,
                                KeyPair.of(fill.lease().key(), fill.lease().partition()),
                                u64(fill.lease().token()),
                                decimal(Math.max(0, left.toMillis())),
                                PackedEntry.pack(EntryCodec.encode(fill.answer())),
                                decimal(fill.ageWhenAsked().toMillis()))
                        .thenApply(reply -> filled((List<?>) reply))
                        .exceptionally(failure -> orFailed(failure, Filled.FAILED));
        return deadlines.orElse(filled, commandTimeout, Filled.FAILED);
    }

    private static Filled filled(List<?> reply) {
        Filled.Fate fate =
                switch (Math.toIntExact((Long) reply.get(0))) {
                    case 0 -> Filled.Fate.SUPERSEDED;
                    case 1 -> Filled.Fate.STORED;
                    case 2 -> Filled.Fate.EXPIRED;
                    case 3 -> Filled.Fate.AGE_UNKNOWN;
                    default -> throw new IllegalStateException("fill.lua replied " + reply);
                };
        return new Filled(fate, isOne(reply.get(1)));
    }

    @Override
    public CompletableFuture<Released> release(Release release) {
        Duration mark =
                switch (release.why()) {
                    case UNUSED -> Duration.ZERO;
                    case UNCACHEABLE -> leases.uncacheableTtl();
                    case OVERTAKEN -> leases.overtakenTtl();
                };
        CompletableFuture<Released> released =
                scripts.run(
                                Script.RELEASE,
                                KeyPair.of(release.lease().key(), release.lease().partition()),
                                u64(release.lease().token()),
                                decimal(mark.toMillis()))
                        .thenApply(held -> isOne(held) ? Released.RELEASED : Released.LEASE_EXPIRED)
                        .exceptionally(failure -> orFailed(failure, Released.FAILED));
        return deadlines.orElse(released, commandTimeout, Released.FAILED);
    }

    @Override
    public CompletableFuture<Duration> renew(Renewal renewal) {
        CompletableFuture<Duration> renewed =
                scripts.run(
                                Script.RENEW,
                                KeyPair.of(renewal.lease().key(), renewal.lease().partition()),
                                u64(renewal.lease().token()),
                                decimal(leaseLength.renewed(renewal.fetching()).toMillis()))
                        .thenApply(left -> Duration.ofMillis((Long) left))
                        .exceptionally(failure -> orFailed(failure, Lease.SHORTEST));
        return deadlines.orElse(renewed, commandTimeout, Lease.SHORTEST);
    }

    /** A Redis that cannot be asked is an outcome; anything else is a defect that must be seen. */
    private <T> T orFailed(Throwable failure, T outcome) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        fullNodes.notice(cause);
        connection.notice(cause);
        if (cause instanceof RedisException || cause instanceof IOException) {
            log.debug("Redis could not be asked", cause);
        } else {
            log.error("A command failed", cause);
        }
        return outcome;
    }

    private long newToken() {
        long token = tokens.getAsLong();
        return token == 0 ? 1 : token;
    }

    private static boolean isOne(Object number) {
        return number.equals(1L);
    }

    private static byte[] u64(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static byte[] decimal(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
}
