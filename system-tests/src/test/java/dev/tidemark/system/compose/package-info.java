/**
 * What runs in docker compose, and NGINX in front of it: start with {@link
 * dev.tidemark.system.compose.ComposeTest}, which needs no Docker.
 */
@NullMarked
package dev.tidemark.system.compose;

import org.jspecify.annotations.NullMarked;
