/**
 * What all endpoints share: bodies with a limit, and problems instead of error pages. Depends on no
 * other package of the service.
 */
@NullMarked
package dev.tidemark.cache.http;

import org.jspecify.annotations.NullMarked;
