package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The cache that all gateways share. Each method is cold: a subscription is one call.
 *
 * <p>An error comes only from the inner layers. The outermost turns one of a look-up into {@link
 * LookupOutcome.Unavailable}, and swallows one of all others: leases expire by themselves.
 */
public interface SharedCache {

    /** Looks the key up, and takes its lease if there is nothing usable. */
    Mono<LookupOutcome> find(Lookup lookup);

    /** Keeps what was fetched, and gives the lease back. */
    Mono<Void> fill(Fill fill);

    /** Gives the lease back. */
    Mono<Void> release(Release release);

    /**
     * Says that the fetch under a lease is still under way.
     *
     * @return for how long the lease is held from now on; zero where it is not; empty where the
     *     shared cache could not be asked
     */
    Mono<Duration> renew(Renewal renewal);
}
