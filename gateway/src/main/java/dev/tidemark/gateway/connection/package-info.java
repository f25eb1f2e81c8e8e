/**
 * How long a client may keep a connection without getting anywhere, before anything knows of a
 * request. Start reading at {@link dev.tidemark.gateway.connection.ConnectionConfiguration}.
 * Depends on nothing else of the gateway.
 */
@NullMarked
package dev.tidemark.gateway.connection;

import org.jspecify.annotations.NullMarked;
