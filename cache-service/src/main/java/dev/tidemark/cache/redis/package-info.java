/**
 * Entries, leases and the invalidation log in a Redis Cluster; the only package that knows Lettuce
 * and Spring Data Redis. Start at {@code RedisEntryStore} or {@code RedisInvalidationLog}; the
 * rules are in the scripts beside them.
 *
 * <p><b>Keys.</b> All keys of one cache key have it as their hash tag, so they share a slot and one
 * script may touch them together. The partition comes last, as it is; none for the shared one.
 *
 * <pre>
 * tm:{&lt;32 hex&gt;}:entry[:&lt;partition&gt;]   an entry as EntryCodec writes it, or packed
 *                                   (PackedEntry)
 * tm:{&lt;32 hex&gt;}:lease[:&lt;partition&gt;]   the token of who holds the lease, 8 bytes; which node
 *                                   granted it, 40 hex; and when by its clock, ms in
 *                                   decimal; or "uncacheable"
 * </pre>
 *
 * Every key has a TTL: an entry what is left of its hard TTL when it is filled, so that its age is
 * always the hard TTL less the TTL that is left, whatever the clocks of others say, and counts from
 * when the lease was granted; a lease about as long as fills take, and longer while its holder says
 * that it still fetches. A lease that was taken after its look-up had been given up is given back.
 *
 * <p><b>Scripts</b> ({@code find.lua}, {@code fill.lua}, {@code release.lua}, {@code renew.lua})
 * read an entry's header at the fixed offsets that {@link dev.tidemark.common.wire.EntryCodec}
 * documents. They go by their SHA-1, and with their text to a node that does not know them yet.
 * What is in an entry's place and is not an entry of a known format is nothing to a look-up, and a
 * fill replaces it. The checksum is beyond a script: when it does not fit, the look-up is repeated,
 * naming the damaged bytes by their SHA-1, and the script drops them if they are still there.
 *
 * <p><b>Failures.</b> A command fails at once while its node is not connected, and after the
 * command timeout otherwise. Each look-up goes to its own node by itself, so a node that is down or
 * slow makes only its own slots unavailable. Neither the start nor the health of the service waits
 * for Redis.
 *
 * <p><b>The log</b> is on one shard, under its name as the hash tag. Nothing of it has a TTL, so
 * that eviction leaves it alone.
 *
 * <pre>
 * tm:{log}:records             a stream: under &lt;generation&gt;-&lt;LSN&gt; a record as LogCodec
 *                              writes it, field r
 * tm:{log}:term                the latest reader's term, u64
 * tm:{log}:snapshot            text: 1 &lt;id&gt; &lt;chunks&gt; &lt;CRC-32C&gt; &lt;position&gt;
 * tm:{log}:snapshot:&lt;id&gt;:&lt;n&gt;   a chunk of that snapshot of the clock: frames of a feed
 * tm:{log}:snapshot-lock       who is writing one; with a TTL, as unfinished chunks
 * </pre>
 *
 * The scripts ({@code open_log.lua}, {@code append.lua}, {@code keep_snapshot.lua}) read positions
 * at a record's fixed offsets. Appends have a connection of their own to the log's master, since
 * WAIT means the writes of its connection; reads block, and have another. Both are given more time
 * than look-ups.
 *
 * <p>May depend on {@code entry}, {@code fill} and {@code invalidation}.
 */
@NullMarked
package dev.tidemark.cache.redis;

import org.jspecify.annotations.NullMarked;
