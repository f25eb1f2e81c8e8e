/**
 * The suite on one machine: PostgreSQL, Redis Cluster and the three services, checked, started,
 * watched and stopped. Start reading at {@link dev.tidemark.quickstart.launch.Suite}. Depends on
 * all other packages but {@code cli}.
 */
@NullMarked
package dev.tidemark.quickstart.launch;

import org.jspecify.annotations.NullMarked;
