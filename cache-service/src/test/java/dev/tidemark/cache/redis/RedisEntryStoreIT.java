package dev.tidemark.cache.redis;

import static dev.tidemark.cache.entry.Entries.lookup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tidemark.cache.entry.Entries;
import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.EntryStoreContract;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.cache.fill.LeaseLength;
import dev.tidemark.cache.fill.LeaseProperties;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.EntryCodec;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.testing.Backends;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of a store, kept by scripts in a real cluster; and what only Redis can hold. */
class RedisEntryStoreIT extends EntryStoreContract {

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private static final Deadlines DEADLINES = new Deadlines();

    private static TestConnection connection;
    private static EntryStore store;

    @BeforeAll
    static void connect() {
        connection = TestConnection.open(Backends.redisCluster().nodes());
        store =
                new RedisEntryStore(
                        connection.cluster(),
                        DEADLINES,
                        new LeaseProperties(
                                LEASE_TIMEOUT, LEASE_TIMEOUT, UNCACHEABLE_TTL, UNCACHEABLE_TTL),
                        new LeaseLength(LEASE_TIMEOUT, LEASE_TIMEOUT),
                        Duration.ofSeconds(5),
                        () -> ThreadLocalRandom.current().nextLong(),
                        TestConnection.fullNodes());
    }

    @AfterAll
    static void disconnect() {
        connection.close();
        DEADLINES.close();
    }

    @Override
    protected EntryStore store() {
        return store;
    }

    @Override
    protected void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(5))
                .until(condition::getAsBoolean);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 12, 60, -1})
    void entry_withAFlippedBit_isACountedMissAndAFillReplacesIt(int at) {
        byte[] bytes = EntryCodec.encode(answer(100));
        bytes[at < 0 ? bytes.length + at : at] ^= 4;
        put(bytes);

        // Of whichever version: what cannot be read has none.
        assertMissedAndReplaced(3);
    }

    @Test
    void entry_ofAFutureFormat_isACountedMissAndAFillReplacesIt() {
        byte[] bytes = EntryCodec.encode(answer(100));
        bytes[0] = 3;
        put(bytes);
        assertMissedAndReplaced(3);
    }

    @Test
    void entry_isPacked_andDamageToItIsNoticed() {
        Answer row = answer(7).withBody(PackedEntryTest.ROW, BodyEncoding.IDENTITY);
        fill(lease(), row, Duration.ZERO);
        assertThat(find(lookup(key)).outcome())
                .asInstanceOf(type(LookupOutcome.Hit.class))
                .extracting(hit -> hit.stored().answer())
                .isEqualTo(row);

        byte[] packed = redis().get(keys().entry());
        assertThat(packed).hasSizeLessThan(EntryCodec.encode(row).length * 3 / 4);
        packed[packed.length - 20] ^= 1;
        put(packed);
        assertMissedAndReplaced(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0123456789012345678901234567890123456789012345678901234567"})
    void garbage_isACountedMissAndAFillReplacesIt(String garbage) {
        put(garbage.getBytes(StandardCharsets.UTF_8));
        assertMissedAndReplaced(3);
    }

    @Test
    void entry_damagedPastItsSoftTtl_isNotOfferedAsTheLast() {
        byte[] bytes = EntryCodec.encode(answer(100));
        bytes[bytes.length - 6] ^= 1;
        redis().set(keys().entry(), bytes, SetArgs.Builder.px(HOUR_MILLIS / 2));
        assertMissedAndReplaced(3);
    }

    @Test
    void somethingElseThanAString_isACountedMissAndAFillReplacesIt() {
        redis().lpush(keys().entry(), new byte[] {1});
        redis().lpush(keys().lease(), new byte[] {1});
        assertMissedAndReplaced(3);
    }

    @Test
    void entry_withoutTtl_isACountedMissAndGetsOne() {
        redis().set(keys().entry(), EntryCodec.encode(answer(3)));
        assertMissedAndReplaced(3);
    }

    private void assertMissedAndReplaced(long version) {
        Found found = find(lookup(key));
        assertThat(found.reason()).isEqualTo(Reason.CORRUPT);
        assertThat(found.outcome())
                .asInstanceOf(type(Leased.class))
                .satisfies(leased -> assertThat(leased.last()).isEmpty());
        Lease lease = ((Leased) found.outcome()).lease();

        assertThat(fill(lease, answer(version), Duration.ZERO))
                .isEqualTo(new Filled(Filled.Fate.STORED, true));
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
    }

    @Test
    void entry_writtenByTheVersionBefore_isRead() {
        byte[] bytes = EntryCodec.encode(answer(7));
        // As EntryCodecTest pins it: nothing in it that came later.
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("Leeway");
        put(bytes);
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
    }

    @Test
    void lease_grantedByTheVersionBefore_isKnown_butNotHowOldItIs() {
        Lease lease = granted("");
        assertThat(store.renew(new Renewal(lease, Duration.ZERO)).join()).isPositive();
        assertThat(fill(lease, Entries.answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Filled.Fate.AGE_UNKNOWN, true));
        lease = granted("");
        assertThat(fill(lease, answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Filled.Fate.STORED, true));
    }

    /** By another node, before a failover; or by this one, before its clock was set back. */
    @Test
    void lease_grantedByAnotherClock_doesNotTellHowOldItIs() {
        long now = System.currentTimeMillis();
        Lease ofAnother = granted("0".repeat(40) + (now - 100));
        assertThat(fill(ofAnother, Entries.answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Filled.Fate.AGE_UNKNOWN, true));
        lease();
        String node = new String(redis().get(keys().lease()), StandardCharsets.ISO_8859_1);
        Lease later = granted(node.substring(8, 48) + (now + HOUR_MILLIS));
        assertThat(fill(later, Entries.answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Filled.Fate.AGE_UNKNOWN, true));
    }

    /** As if it had been granted so. */
    private Lease granted(String behindItsToken) {
        byte[] value =
                ByteBuffer.allocate(8 + behindItsToken.length())
                        .putLong(anyLease().token())
                        .put(behindItsToken.getBytes(StandardCharsets.US_ASCII))
                        .array();
        redis().set(keys().lease(), value, SetArgs.Builder.px(LEASE_TIMEOUT));
        return anyLease();
    }

    @Test
    void everyKey_hasATtl() {
        Lease lease = lease();
        assertThat(redis().pttl(keys().lease())).isBetween(1L, LEASE_TIMEOUT.toMillis());
        fill(lease, answer(7), Duration.ofSeconds(10));
        assertThat(redis().pttl(keys().entry()))
                .isBetween(HOUR_MILLIS - 20_000, HOUR_MILLIS - 10_000);
        assertThat(redis().exists(keys().lease())).isZero();
    }

    @Test
    void scripts_areSentAgainToNodesThatForgotThem() {
        fill(lease(), answer(7), Duration.ZERO);
        redis().scriptFlush();
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
        assertThat(fill(anyLease(), answer(8), Duration.ZERO).fate()).isEqualTo(Filled.Fate.STORED);
    }

    @Test
    void lookup_isUnavailableAfterItsDeadline() {
        unavailable(store, Duration.ofMillis(50));
        await(() -> find(lookup(key)).outcome() instanceof Leased);
    }

    @Test
    void lease_thatWasTakenAfterItsLookupWasGivenUp_isGivenBack() {
        EntryStore patient = storeOfLongLeases(Duration.ofSeconds(5));
        unavailable(patient, Duration.ofMillis(50));

        await(() -> find(lookup(key)).outcome() instanceof Leased);
    }

    @Test
    void renewal_thatRedisDoesNotAnswer_doesNotEndTheLease() {
        EntryStore impatient = storeOfLongLeases(Duration.ofMillis(50));
        Renewal renewal = new Renewal(lease(), Duration.ZERO);
        pause("PAUSE", "60000", "WRITE");
        try {
            assertThat(impatient.renew(renewal))
                    .succeedsWithin(Duration.ofSeconds(3))
                    .isEqualTo(Lease.SHORTEST);
        } finally {
            pause("UNPAUSE");
        }
        assertThat(store.renew(renewal).join()).isGreaterThan(Lease.SHORTEST);
    }

    private static EntryStore storeOfLongLeases(Duration commandTimeout) {
        Duration longest = Duration.ofMinutes(10);
        return new RedisEntryStore(
                connection.cluster(),
                DEADLINES,
                new LeaseProperties(longest, longest, longest, longest),
                new LeaseLength(longest, longest),
                commandTimeout,
                () -> ThreadLocalRandom.current().nextLong(),
                TestConnection.fullNodes());
    }

    private void unavailable(EntryStore store, Duration deadline) {
        pause("PAUSE", "60000", "WRITE");
        try {
            // The command timeout is 5 s, and the test's patience less.
            assertThat(store.find(lookup(key, deadline)))
                    .succeedsWithin(Duration.ofSeconds(3))
                    .isEqualTo(Found.UNAVAILABLE);
        } finally {
            pause("UNPAUSE");
        }
    }

    /** Of the key's node. */
    private void pause(String... command) {
        var arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        Stream.of(command).forEach(arguments::add);
        int slot = SlotHash.getSlot(keys().entry());
        var connected = connection.cluster().get().orElseThrow();
        String node = connected.getPartitions().getMasterBySlot(slot).getNodeId();
        connected
                .getConnection(node)
                .sync()
                .dispatch(
                        CommandType.CLIENT, new StatusOutput<>(ByteArrayCodec.INSTANCE), arguments);
    }

    private KeyPair keys() {
        return KeyPair.of(key, "");
    }

    private void put(byte[] bytes) {
        redis().set(keys().entry(), bytes, SetArgs.Builder.px(HOUR_MILLIS));
    }

    private static RedisAdvancedClusterCommands<byte[], byte[]> redis() {
        return connection.cluster().get().orElseThrow().sync();
    }
}
