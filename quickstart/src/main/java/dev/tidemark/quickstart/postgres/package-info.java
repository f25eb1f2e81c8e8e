/**
 * A real PostgreSQL as a child process, temporary or on a data directory that survives restarts,
 * and the address of any PostgreSQL database. Start reading at {@link
 * dev.tidemark.quickstart.postgres.PostgresServer}. Depends on {@code process} and JDBC.
 */
@NullMarked
package dev.tidemark.quickstart.postgres;

import org.jspecify.annotations.NullMarked;
