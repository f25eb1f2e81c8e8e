package dev.tidemark.gateway.aside;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.time.Deadline;

/**
 * One who waits for an answer.
 *
 * @param askedNanos when the request came
 * @param near why the near cache could not answer
 */
record Reader(
        ReadRequest request, CacheKey key, long askedNanos, Deadline deadline, Forward near) {}
