package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.compression.CorruptBodyException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Lets in no body that cannot be unpacked: a hit with such a body is asked for again by naming its
 * version as refused, which grants the lease to replace it.
 *
 * <p>Checked here, once, rather than when a client needs the identity body: then nothing in the
 * near cache can fail while it is served, and those who take gzip get nothing broken either. An
 * entry's checksum finds changed bytes, but not a gateway that wrote wrong ones.
 */
final class VerifiedSharedCache implements SharedCache {

    private static final Logger log = LoggerFactory.getLogger(VerifiedSharedCache.class);

    private final SharedCache shared;
    private final Compressor compressor;
    private final Counter corrupt;

    VerifiedSharedCache(SharedCache shared, Compressor compressor, MeterRegistry meters) {
        this.shared = shared;
        this.compressor = compressor;
        this.corrupt =
                Counter.builder("tidemark.lookups")
                        .description("Look-ups in the caches")
                        .tag("layer", "shared")
                        .tag("outcome", "corrupt")
                        .register(meters);
    }

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return shared.find(lookup).flatMap(outcome -> verified(lookup, outcome, true));
    }

    private Mono<LookupOutcome> verified(Lookup lookup, LookupOutcome outcome, boolean first) {
        return switch (outcome) {
            case LookupOutcome.Hit(var stored) ->
                    verified(stored)
                            .<LookupOutcome>map(LookupOutcome.Hit::new)
                            .switchIfEmpty(
                                    Mono.defer(() -> first ? again(lookup, stored) : givenUp()));
            case LookupOutcome.Leased(var lease, var last) ->
                    verified(last).map(sound -> new LookupOutcome.Leased(lease, sound));
            case LookupOutcome.Awaited(var leaseLeft, var last) ->
                    verified(last).map(sound -> new LookupOutcome.Awaited(leaseLeft, sound));
            case LookupOutcome.Uncacheable uncacheable -> Mono.just(uncacheable);
            case LookupOutcome.Unavailable unavailable -> Mono.just(unavailable);
        };
    }

    private Mono<LookupOutcome> again(Lookup lookup, LookupOutcome.Stored refused) {
        Lookup newer =
                new Lookup(
                        lookup.key(),
                        lookup.partition(),
                        lookup.logPosition(),
                        lookup.tokens(),
                        refused.answer().version(),
                        lookup.deadline());
        return shared.find(newer).flatMap(outcome -> verified(newer, outcome, false));
    }

    /** Twice in a row: something there writes nothing but this. */
    private static Mono<LookupOutcome> givenUp() {
        return Mono.just(new LookupOutcome.Unavailable());
    }

    private Mono<Optional<LookupOutcome.Stored>> verified(Optional<LookupOutcome.Stored> last) {
        return last.isEmpty()
                ? Mono.just(last)
                : verified(last.get()).map(Optional::of).defaultIfEmpty(Optional.empty());
    }

    /** Empty if the body is corrupt. */
    private Mono<LookupOutcome.Stored> verified(LookupOutcome.Stored stored) {
        Answer answer = stored.answer();
        if (answer.encoding() == BodyEncoding.IDENTITY) {
            return Mono.just(stored);
        }
        return compressor
                .unpack(answer)
                .map(identity -> stored)
                .onErrorResume(
                        CorruptBodyException.class,
                        error -> {
                            corrupt.increment();
                            log.warn("The shared cache has a broken entry: {}", error.getMessage());
                            return Mono.empty();
                        });
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return shared.fill(fill);
    }

    @Override
    public Mono<Void> release(Release release) {
        return shared.release(release);
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        return shared.renew(renewal);
    }
}
