/**
 * Who connects to whom, as the docs have it: start with {@link
 * dev.tidemark.system.connection.Connection}. What is deployed is held against it.
 */
@NullMarked
package dev.tidemark.system.connection;

import org.jspecify.annotations.NullMarked;
