/**
 * Entries and leases in a Redis Cluster; the only package that knows Lettuce and Spring Data Redis.
 * Start at {@code RedisEntryStore}; the rules are in three scripts beside it.
 *
 * <p><b>Keys.</b> All keys of one cache key have it as their hash tag, so they share a slot and one
 * script may touch them together. The partition comes last, as it is; none for the shared one.
 *
 * <pre>
 * tm:{&lt;32 hex&gt;}:entry[:&lt;partition&gt;]   an entry as EntryCodec writes it
 * tm:{&lt;32 hex&gt;}:lease[:&lt;partition&gt;]   the token of who holds the lease, 8 bytes;
 *                                   or "uncacheable"
 * </pre>
 *
 * Every key has a TTL: an entry what is left of its hard TTL when it is filled, so that its age is
 * always the hard TTL less the TTL that is left, whatever the clocks say; a lease the lease timeout
 * or the deadline of its look-up, whichever is shorter.
 *
 * <p><b>Scripts</b> ({@code find.lua}, {@code fill.lua}, {@code release.lua}) read an entry's
 * header at the fixed offsets that {@link dev.tidemark.common.wire.EntryCodec} documents. They go
 * by their SHA-1, and with their text to a node that does not know them yet. What is in an entry's
 * place and is not an entry of a known format is nothing to a look-up, and a fill replaces it. The
 * checksum is beyond a script: when it does not fit, the look-up is repeated, naming the damaged
 * bytes by their SHA-1, and the script drops them if they are still there.
 *
 * <p><b>Failures.</b> A command fails at once while its node is not connected, and after the
 * command timeout otherwise. Each look-up goes to its own node by itself, so a node that is down or
 * slow makes only its own slots unavailable. Neither the start nor the health of the service waits
 * for Redis.
 *
 * <p>May depend on {@code entry} and {@code fill}.
 */
@NullMarked
package dev.tidemark.cache.redis;

import org.jspecify.annotations.NullMarked;
