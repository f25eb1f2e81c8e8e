/**
 * Who may read at all: a static key or a JWT, each switched on by setting. Start reading at {@link
 * dev.tidemark.gateway.security.SecurityProperties}. The only package that knows Spring Security.
 */
@NullMarked
package dev.tidemark.gateway.security;

import org.jspecify.annotations.NullMarked;
