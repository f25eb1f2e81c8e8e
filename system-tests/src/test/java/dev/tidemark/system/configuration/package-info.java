/**
 * That the docs name every property that there is, with its default, and none that there is not.
 */
@NullMarked
package dev.tidemark.system.configuration;

import org.jspecify.annotations.NullMarked;
