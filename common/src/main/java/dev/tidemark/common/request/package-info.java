/**
 * The one grammar of reads, for gateway and origin alike: a raw target and its headers become a
 * {@link dev.tidemark.common.request.ReadRequest}, whose {@link
 * dev.tidemark.common.request.CanonicalRequest} is all that a cache key is made of and all that the
 * origin is sent. Start reading at {@code ReadRequestParser}.
 *
 * <p>Knows no database: whether a table or column exists is the origin's business.
 */
@NullMarked
package dev.tidemark.common.request;

import org.jspecify.annotations.NullMarked;
