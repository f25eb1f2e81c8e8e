/**
 * What this gateway knows of the database's changes: the invalidation log, followed through one
 * cache-service at a time. Start reading at {@link dev.tidemark.gateway.feed.Follower}; {@code
 * FeedReader} keeps it fed.
 */
@NullMarked
package dev.tidemark.gateway.feed;

import org.jspecify.annotations.NullMarked;
