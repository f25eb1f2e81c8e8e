package dev.tidemark.common.wire;

import java.time.Duration;

/**
 * Says that a fetch under a lease is still under way. Answered with how long the lease is held from
 * now on; zero where it is not its holder's any more.
 *
 * @param fetching for how long it has been
 */
public record Renewal(Lease lease, Duration fetching) {}
