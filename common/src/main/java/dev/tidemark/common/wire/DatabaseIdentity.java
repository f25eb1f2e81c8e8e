package dev.tidemark.common.wire;

/**
 * One history of one database: versions and log positions of another are not comparable with it.
 *
 * @param systemIdentifier of the database cluster, from {@code pg_control_system()}
 * @param timeline of the database cluster, from {@code pg_control_checkpoint()}
 * @param databaseOid of the database within the cluster, unsigned 32 bits
 * @param incarnation the random number of Tidemark's unlogged table; 0 where there is none
 */
public record DatabaseIdentity(
        long systemIdentifier, int timeline, long databaseOid, long incarnation) {

    /** Not known. */
    public static final DatabaseIdentity UNKNOWN = new DatabaseIdentity(0, 0, 0, 0);
}
