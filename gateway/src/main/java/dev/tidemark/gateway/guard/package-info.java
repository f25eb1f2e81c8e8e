/**
 * Keeps clients from making the database look at their own rate for what is not there: {@link
 * dev.tidemark.gateway.guard.MissingGuard}, and {@link dev.tidemark.gateway.guard.Clients}, who
 * tells them apart behind proxies. The only package that knows Bucket4j.
 */
@NullMarked
package dev.tidemark.gateway.guard;

import org.jspecify.annotations.NullMarked;
