/**
 * How the replies of other services are read, so that nothing of them is left behind ({@link
 * dev.tidemark.gateway.reply.Replies}). Depends on nothing else of the gateway.
 */
@NullMarked
package dev.tidemark.gateway.reply;

import org.jspecify.annotations.NullMarked;
