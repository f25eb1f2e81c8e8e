/**
 * Sessions: what a client has seen, in tokens that it keeps and sends back. Start reading at {@link
 * dev.tidemark.gateway.session.Session}; {@code TokenSeal} knows the tokens' form.
 */
@NullMarked
package dev.tidemark.gateway.session;

import org.jspecify.annotations.NullMarked;
