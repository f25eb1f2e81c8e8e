/**
 * What HTTP says about caches, as plain functions over records: which entry a request may be
 * answered with ({@link dev.tidemark.gateway.http.Demand}), what the head of the answer is ({@link
 * dev.tidemark.gateway.http.ResponseHead}), where it came from ({@link
 * dev.tidemark.gateway.http.CacheStatus}), and who may read it from another origin ({@link
 * dev.tidemark.gateway.http.Cors}).
 *
 * <p>Knows no web framework, so that every seat in the gateway gives the same answers.
 */
@NullMarked
package dev.tidemark.gateway.http;

import org.jspecify.annotations.NullMarked;
