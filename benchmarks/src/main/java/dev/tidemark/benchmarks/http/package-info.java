/**
 * HTTP as bare as it gets, so that what is measured is the server. Start reading at {@link
 * dev.tidemark.benchmarks.http.KeepAliveConnection}. Depends on the JDK.
 */
@NullMarked
package dev.tidemark.benchmarks.http;

import org.jspecify.annotations.NullMarked;
