/**
 * Errors as clients see them: RFC 9457 problem details that also carry PostgREST's members, so that
 * its client libraries understand them.
 */
@NullMarked
package dev.tidemark.common.problem;

import org.jspecify.annotations.NullMarked;
