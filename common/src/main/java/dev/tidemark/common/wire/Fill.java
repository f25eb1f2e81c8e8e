package dev.tidemark.common.wire;

import java.time.Duration;

/**
 * What was fetched under a lease, for the shared cache to keep.
 *
 * @param age how old the answer is: the time since the origin was asked
 */
public record Fill(Lease lease, Answer answer, Duration age) {}
