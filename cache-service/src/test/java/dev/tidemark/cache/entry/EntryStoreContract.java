package dev.tidemark.cache.entry;

import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tidemark.cache.entry.Filled.Fate;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome.Awaited;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.LookupOutcome.Uncacheable;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of every {@link EntryStore}; entries are soft after 60 s and gone after an hour. */
public abstract class EntryStoreContract {

    /** Of the store under test: an uncacheable key is forgotten after a moment. */
    protected static final Duration UNCACHEABLE_TTL = Duration.ofSeconds(1);

    protected static final Duration LEASE_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration HOUR = Duration.ofHours(1);

    protected final CacheKey key = randomKey();

    protected abstract EntryStore store();

    /** Lets the store's time pass until the condition holds; fails if it never does. */
    protected abstract void await(BooleanSupplier condition);

    @Test
    void find_ofNewKey_grantsTheLeaseToTheFirstOnly() {
        Found first = find(lookup(key));
        assertThat(first.reason()).isEqualTo(Reason.MISS);
        assertThat(first.outcome())
                .asInstanceOf(type(Leased.class))
                .satisfies(leased -> {
                    assertThat(leased.lease().key()).isEqualTo(key);
                    assertThat(leased.lease().token()).isNotZero();
                    assertThat(leased.last()).isEmpty();
                });

        Found second = find(lookup(key));
        assertThat(second.reason()).isEqualTo(Reason.MISS);
        assertThat(second.outcome())
                .asInstanceOf(type(Awaited.class))
                .satisfies(awaited -> {
                    assertThat(awaited.leaseLeft()).isPositive().isLessThanOrEqualTo(LEASE_TIMEOUT);
                    assertThat(awaited.last()).isEmpty();
                });
    }

    @Test
    void find_byManyAtOnce_grantsOneLease() {
        List<CompletableFuture<Found>> all =
                IntStream.range(0, 200).mapToObj(_ -> store().find(lookup(key))).toList();
        assertThat(all.stream().map(CompletableFuture::join).map(Found::outcome))
                .filteredOn(Leased.class::isInstance)
                .hasSize(1);
    }

    @Test
    void fill_isFoundWithItsAge() {
        Answer answer = answer(7);
        Filled filled = fill(lease(), answer, Duration.ofSeconds(10));

        assertThat(filled).isEqualTo(new Filled(Fate.STORED, true));
        Found found = find(lookup(key));
        assertThat(found.reason()).isEqualTo(Reason.HIT);
        assertThat(found.outcome())
                .asInstanceOf(type(Hit.class))
                .satisfies(hit -> {
                    assertThat(hit.stored().answer()).isEqualTo(answer);
                    assertThat(hit.stored().age())
                            .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(50));
                });
    }

    @Test
    void find_pastSoftTtl_isContendedWithTheLastEntry() {
        Answer answer = answer(7);
        fill(lease(), answer, Duration.ofSeconds(60));

        Found first = find(lookup(key));
        assertThat(first.reason()).isEqualTo(Reason.STALE);
        assertThat(first.outcome())
                .asInstanceOf(type(Leased.class))
                .satisfies(leased -> {
                    assertThat(leased.last().orElseThrow().answer()).isEqualTo(answer);
                    assertThat(leased.last().orElseThrow().age())
                            .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
                });
        Found second = find(lookup(key));
        assertThat(second.reason()).isEqualTo(Reason.STALE);
        assertThat(second.outcome())
                .asInstanceOf(type(Awaited.class))
                .satisfies(awaited ->
                        assertThat(awaited.last().orElseThrow().answer()).isEqualTo(answer));
    }

    @Test
    void entry_pastHardTtl_isGone() {
        fill(lease(), answer(7), HOUR.minusMillis(100));
        await(() -> find(lookup(key)).reason() == Reason.MISS);
    }

    @Test
    void entry_withoutSoftTtl_isNeverAHit() {
        Answer answer =
                Entries.followed(
                        Entries.answer(7, new Policy(Duration.ZERO, HOUR, Duration.ZERO, true)));
        fill(lease(), answer, Duration.ZERO);
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.STALE);
    }

    /** 2^53 and its neighbours are one number to a double; 2^32 is where a word is carried. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, HIT",
        "7, 7, REFUSED",
        "7, 8, REFUSED",
        "8, 7, HIT",
        "4294967296, 4294967295, HIT",
        "4294967295, 4294967296, REFUSED",
        "9007199254740993, 9007199254740992, HIT",
        "9007199254740992, 9007199254740993, REFUSED",
        "9223372036854775807, 9223372036854775806, HIT",
        "9223372036854775806, 9223372036854775807, REFUSED",
    })
    void find_namingARefusedVersion_hitsOnlyAHigherOne(long stored, long refused, Reason reason) {
        fill(lease(), answer(stored), Duration.ZERO);
        Found found = find(lookup(key, new Version(refused)));
        assertThat(found.reason()).isEqualTo(reason);
        if (reason == Reason.REFUSED) {
            assertThat(found.outcome())
                    .asInstanceOf(type(Leased.class))
                    .satisfies(leased ->
                            assertThat(leased.last().orElseThrow().answer())
                                    .isEqualTo(answer(stored)));
        }
    }

    @Test
    void entry_ofUnknownVersion_isHitWhenNothingWasRefused() {
        fill(lease(), answer(0), Duration.ZERO);
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
    }

    @ParameterizedTest
    @CsvSource({
        "8, 7, SUPERSEDED",
        "7, 8, STORED",
        "4294967296, 4294967295, SUPERSEDED",
        "4294967295, 4294967296, STORED",
        "9007199254740993, 9007199254740992, SUPERSEDED",
        "9007199254740992, 9007199254740993, STORED",
    })
    void fill_neverReplacesAHigherVersion(long stored, long offered, Fate fate) {
        fill(lease(), answer(stored), Duration.ZERO);
        Lease lease = lease(new Version(Long.MAX_VALUE));

        assertThat(fill(lease, answer(offered), Duration.ZERO)).isEqualTo(new Filled(fate, true));
        assertThat(version(find(lookup(key)))).isEqualTo(Math.max(stored, offered));
    }

    @Test
    void fill_ofTheSameVersion_isStoredIfReadLater() {
        fill(lease(), answer(7), Duration.ofSeconds(20));
        assertThat(fill(anyLease(), answer(7), Duration.ofSeconds(40)).fate())
                .isEqualTo(Fate.SUPERSEDED);
        assertThat(fill(anyLease(), answer(7), Duration.ZERO).fate()).isEqualTo(Fate.STORED);
        assertThat(((Hit) find(lookup(key)).outcome()).stored().age())
                .isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void fill_ofAnotherHistory_isStoredWhateverItsVersion() {
        fill(lease(), answer(1_000), Duration.ZERO);
        Answer restored = Entries.of(answer(3), new DatabaseIdentity(1, 2, 3, 4));

        assertThat(fill(anyLease(), restored, Duration.ZERO).fate()).isEqualTo(Fate.STORED);
        assertThat(version(find(lookup(key)))).isEqualTo(3);
    }

    @Test
    void fill_pastHardTtl_isDroppedAndGivesTheLeaseBack() {
        assertThat(fill(lease(), answer(7), HOUR)).isEqualTo(new Filled(Fate.EXPIRED, true));
        assertThat(find(lookup(key)).outcome()).isInstanceOf(Leased.class);
    }

    /** How long it was on its way, only the lease can tell. */
    @Test
    void fill_isAsOldAsItsLease_whateverItSays() {
        Lease lease = lease();
        await(() -> leaseLeft().compareTo(LEASE_TIMEOUT.dividedBy(2)) < 0);
        assertThat(fill(lease, Entries.answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Fate.STORED, true));
        assertThat(((Hit) find(lookup(key)).outcome()).stored().age())
                .isGreaterThan(LEASE_TIMEOUT.dividedBy(2));
    }

    @Test
    void fill_thatWasOldWhenItWasAskedFor_isOlderThanItsLeaseByThat() {
        Lease lease = lease();
        await(() -> leaseLeft().compareTo(LEASE_TIMEOUT.dividedBy(2)) < 0);
        Duration behind = Duration.ofSeconds(5);
        Duration fetchTime = Duration.ofMillis(10);
        Answer ofReplica = Entries.answer(7).with(Entries.answer(7).policy(), fetchTime);
        fill(lease, ofReplica, behind.plus(fetchTime));
        assertThat(((Hit) find(lookup(key)).outcome()).stored().age())
                .isGreaterThan(behind.plus(LEASE_TIMEOUT.dividedBy(2)));
    }

    @Test
    void fill_underARenewedLease_isAsOldAsItsGrant() {
        Lease lease = lease();
        await(() -> leaseLeft().compareTo(LEASE_TIMEOUT.dividedBy(2)) < 0);
        renew(lease);
        fill(lease, Entries.answer(7), Duration.ZERO);
        assertThat(((Hit) find(lookup(key)).outcome()).stored().age())
                .isGreaterThan(LEASE_TIMEOUT.dividedBy(2));
    }

    @Test
    void fill_ofTimeOnly_withoutItsLease_isNotStored() {
        assertThat(fill(anyLease(), Entries.answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Fate.AGE_UNKNOWN, false));
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.MISS);
    }

    @Test
    void fill_givesOnlyItsOwnLeaseBack() {
        lease();
        assertThat(fill(anyLease(), answer(7), Duration.ZERO))
                .isEqualTo(new Filled(Fate.STORED, false));
        assertThat(find(lookup(key, new Version(7))).outcome()).isInstanceOf(Awaited.class);
    }

    @Test
    void lease_whoseHolderIsSilent_isFreeAfterItsTime() {
        Lease lost = lease();
        await(() -> find(lookup(key)).outcome() instanceof Leased);

        // The late fill counts all the same, and leaves the new holder's lease alone.
        assertThat(fill(lost, answer(7), Duration.ZERO)).isEqualTo(new Filled(Fate.STORED, false));
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
        assertThat(find(lookup(key, new Version(7))).outcome()).isInstanceOf(Awaited.class);
    }

    @Test
    void renewal_holdsTheLeaseForLonger() {
        Lease lease = lease();
        await(() -> leaseLeft().compareTo(LEASE_TIMEOUT.dividedBy(2)) < 0);

        assertThat(renew(lease)).isBetween(LEASE_TIMEOUT.dividedBy(2), LEASE_TIMEOUT);
        assertThat(leaseLeft()).isGreaterThan(LEASE_TIMEOUT.dividedBy(2));
    }

    @Test
    void renewal_isOfNoUseToWhoDoesNotHoldTheLease() {
        assertThat(renew(anyLease())).as("nobody's").isZero();
        Lease lost = lease();
        assertThat(renew(anyLease())).as("another's").isZero();
        fill(lost, answer(7), Duration.ZERO);

        // One that comes after the fill must not hold anybody up.
        assertThat(renew(lost)).isZero();
        assertThat(find(lookup(key, new Version(7))).outcome()).isInstanceOf(Leased.class);
    }

    private Duration leaseLeft() {
        return ((Awaited) find(lookup(key)).outcome()).leaseLeft();
    }

    private Duration renew(Lease lease) {
        return store().renew(new Renewal(lease, Duration.ZERO)).join();
    }

    @Test
    void release_freesTheLeaseOfItsHolderOnly() {
        Lease lease = lease();
        assertThat(release(anyLease(), Release.Why.UNUSED)).isEqualTo(Released.LEASE_EXPIRED);
        assertThat(find(lookup(key)).outcome()).isInstanceOf(Awaited.class);

        assertThat(release(lease, Release.Why.UNUSED)).isEqualTo(Released.RELEASED);
        assertThat(find(lookup(key)).outcome()).isInstanceOf(Leased.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNCACHEABLE", "OVERTAKEN"})
    void release_ofAKeyThatNobodyNeedWaitFor_isRememberedForAWhile(Release.Why why) {
        assertThat(release(lease(), why)).isEqualTo(Released.RELEASED);
        Found found = find(lookup(key));
        assertThat(found.reason()).isEqualTo(Reason.UNCACHEABLE);
        assertThat(found.outcome()).isInstanceOf(Uncacheable.class);
        await(() -> find(lookup(key)).outcome() instanceof Leased);
    }

    @Test
    void release_asUncacheable_countsLateUnlessAnotherHoldsTheLease() {
        assertThat(release(anyLease(), Release.Why.UNCACHEABLE)).isEqualTo(Released.LEASE_EXPIRED);
        assertThat(find(lookup(key)).outcome()).isInstanceOf(Uncacheable.class);

        await(() -> find(lookup(key)).outcome() instanceof Leased);
        assertThat(release(anyLease(), Release.Why.UNCACHEABLE)).isEqualTo(Released.LEASE_EXPIRED);
        assertThat(find(lookup(key)).outcome()).isInstanceOf(Awaited.class);
    }

    @Test
    void entry_comesBeforeTheMarkOfAnUncacheableKey() {
        Lease lease = lease();
        release(lease, Release.Why.UNCACHEABLE);
        assertThat(fill(lease, answer(7), Duration.ZERO)).isEqualTo(new Filled(Fate.STORED, false));
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
    }

    @Test
    void partitions_areKeptApart() {
        fill(lease(), answer(7), Duration.ZERO);
        assertThat(find(lookup(key)).reason()).isEqualTo(Reason.HIT);
        Found other = find(lookup(key, "}{ü:lease"));
        assertThat(other.reason()).isEqualTo(Reason.MISS);
        Lease lease = ((Leased) other.outcome()).lease();
        assertThat(fill(lease, answer(9), Duration.ZERO)).isEqualTo(new Filled(Fate.STORED, true));
        assertThat(version(find(lookup(key, "}{ü:lease")))).isEqualTo(9);
        assertThat(version(find(lookup(key)))).isEqualTo(7);
    }

    /** One that the log tells of: what has only its age is stored under its lease alone. */
    protected static Answer answer(long version) {
        return Entries.followed(Entries.answer(version));
    }

    protected final Found find(Lookup lookup) {
        return store().find(lookup).join();
    }

    protected final Filled fill(Lease lease, Answer answer, Duration age) {
        return store().fill(new Fill(lease, answer, age)).join();
    }

    private Released release(Lease lease, Release.Why why) {
        return store().release(new Release(lease, why)).join();
    }

    /** Takes the lease of the key, which must be free. */
    protected final Lease lease() {
        return lease(Version.UNKNOWN);
    }

    private Lease lease(Version refused) {
        return ((Leased) find(lookup(key, refused)).outcome()).lease();
    }

    /** A lease of the key that was never granted. */
    protected final Lease anyLease() {
        return new Lease(key, "", -42);
    }

    private static long version(Found found) {
        return ((Hit) found.outcome()).stored().answer().version().xmin();
    }
}
