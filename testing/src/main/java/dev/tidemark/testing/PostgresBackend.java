package dev.tidemark.testing;

/** A real PostgreSQL 18 with logical replication switched on. */
public interface PostgresBackend {
    /** A new, empty database that no other test has. */
    TestDatabase freshDatabase();
}
