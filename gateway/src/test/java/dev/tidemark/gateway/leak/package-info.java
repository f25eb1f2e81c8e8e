/** Makes a Netty buffer that nobody released fail the test class that leaked it. */
@NullMarked
package dev.tidemark.gateway.leak;

import org.jspecify.annotations.NullMarked;
