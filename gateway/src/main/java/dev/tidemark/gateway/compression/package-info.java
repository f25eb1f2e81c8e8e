/**
 * Gzip bodies: packed once after the fetch, unpacked for clients that cannot read them. Start
 * reading at {@link dev.tidemark.gateway.compression.Compressor}; depends on {@code common} only.
 */
@NullMarked
package dev.tidemark.gateway.compression;

import org.jspecify.annotations.NullMarked;
