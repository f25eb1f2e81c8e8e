/**
 * The shared cache: entries and leases in a Redis Cluster. The way in is {@link
 * dev.tidemark.cache.entry.EntryStore}; {@code lookup} and {@code fill} put it on HTTP, {@code
 * redis} puts it on Redis.
 */
@NullMarked
package dev.tidemark.cache;

import org.jspecify.annotations.NullMarked;
