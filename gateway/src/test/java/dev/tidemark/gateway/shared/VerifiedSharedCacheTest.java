package dev.tidemark.gateway.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.fake.FakeSharedCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class VerifiedSharedCacheTest {

    private static final CacheKey KEY = new CacheKey(1, 2);

    private final AtomicLong now = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Compressor compressor = new Compressor(1, Schedulers.immediate(), meters);
    private final FakeSharedCache stored = new FakeSharedCache(now::get);
    private final SharedCache verified = new VerifiedSharedCache(stored, compressor, meters);

    private Answer sound(long version) {
        Answer identity =
                new Answer(
                        200,
                        List.of(),
                        new byte[3000],
                        new Version(version),
                        Lsn.UNKNOWN,
                        Tags.NONE,
                        new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                        DatabaseIdentity.UNKNOWN,
                        true);
        return compressor.pack(identity).blockOptional().orElseThrow();
    }

    private Answer corrupt(long version) {
        byte[] body = sound(version).body().clone();
        body[body.length / 2] ^= 1;
        return sound(version).withBody(body, BodyEncoding.GZIP);
    }

    private void fill(Answer answer) {
        verified.fill(new Fill(new Lease(KEY, "", 99), answer, Duration.ZERO)).block();
    }

    private LookupOutcome find() {
        Lookup lookup =
                new Lookup(KEY, "", Lsn.UNKNOWN, List.of(), Version.UNKNOWN, Duration.ofSeconds(1));
        return verified.find(lookup).blockOptional().orElseThrow();
    }

    private double corruptOnes() {
        return meters.counter("tidemark.lookups", "layer", "shared", "outcome", "corrupt").count();
    }

    @Test
    void soundHit_isGivenOn() {
        fill(sound(5));

        assertThat(find())
                .isEqualTo(
                        new LookupOutcome.Hit(new LookupOutcome.Stored(sound(5), Duration.ZERO)));
        assertThat(stored.finds).isOne();
        assertThat(corruptOnes()).isZero();
    }

    @Test
    void corruptHit_isAMissWithTheLease_andCanBeReplacedByTheSameVersion() {
        fill(corrupt(5));

        assertThat(find())
                .isInstanceOfSatisfying(
                        LookupOutcome.Leased.class, leased -> assertThat(leased.last()).isEmpty());
        assertThat(corruptOnes()).isEqualTo(2);
        fill(sound(5));
        assertThat(find()).isInstanceOf(LookupOutcome.Hit.class);
    }

    @Test
    void corruptHit_thatAnotherReplaces_isAwaited() {
        fill(corrupt(5));
        stored.lease(KEY);

        assertThat(find())
                .isInstanceOfSatisfying(
                        LookupOutcome.Awaited.class,
                        awaited -> assertThat(awaited.last()).isEmpty());
    }

    @Test
    void lastOnePastItsSoftTtl_isKeptOnlyIfItIsSound() {
        fill(sound(5));
        now.addAndGet(Duration.ofMinutes(2).toNanos());

        assertThat(find())
                .isInstanceOfSatisfying(
                        LookupOutcome.Leased.class,
                        leased -> assertThat(leased.last()).isPresent());
        fill(corrupt(6));
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(find())
                .isInstanceOfSatisfying(
                        LookupOutcome.Leased.class, leased -> assertThat(leased.last()).isEmpty());
    }
}
