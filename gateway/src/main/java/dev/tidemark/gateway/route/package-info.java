/**
 * The seats from which requests are answered, in the order in which they see one:
 *
 * <ol>
 *   <li>{@code PlainReadHandler}: reads that need no check and no trace, on the connection itself,
 *       where Spring has not seen the request yet;
 *   <li>{@code EdgeFilter}: parses, drops what may not come in, knows CORS and OPTIONS;
 *   <li>Spring Security;
 *   <li>{@code NearFilter}: the other near-cache hits, ahead of routing, and what the first seat
 *       hands over;
 *   <li>{@code ReadFilter}: the route's own filter, the full flow;
 *   <li>{@code WriteFilter}: the same for writes, which no cache has a part in.
 * </ol>
 *
 * <p>All write with {@code ResponseWriter} or the head that it makes, so that no answer depends on
 * the seat that it comes from. What nobody answers, and what goes wrong, becomes a problem in
 * {@code ProblemHandler}.
 */
@NullMarked
package dev.tidemark.gateway.route;

import org.jspecify.annotations.NullMarked;
