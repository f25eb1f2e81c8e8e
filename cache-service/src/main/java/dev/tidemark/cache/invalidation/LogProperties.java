package dev.tidemark.cache.invalidation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the invalidation log is kept.
 *
 * @param name under which its keys are in Redis; another for each database
 * @param replicaPatience how long an append may be held up by asking whether a replica has the last
 *     one
 * @param snapshotPeriod after which there is a new snapshot of the clock if there were records
 * @param snapshotRecords after how many records there is one in any case
 * @param recordsMin how many of the last records are never trimmed: instances that are behind by
 *     less go on without a snapshot
 */
@ConfigurationProperties("tidemark.log")
public record LogProperties(
        @DefaultValue("log") String name,
        @DefaultValue("100ms") Duration replicaPatience,
        @DefaultValue("60s") Duration snapshotPeriod,
        @DefaultValue("20000") int snapshotRecords,
        @DefaultValue("10000") int recordsMin) {

    public LogProperties {
        // It is a hash tag: all keys of the log share a slot.
        require(name.matches("[a-zA-Z0-9_.-]+"), "name must be of letters, digits and _.-");
        require(replicaPatience.toMillis() > 0, "replica-patience must be at least 1 ms");
        require(snapshotPeriod.toMillis() > 0, "snapshot-period must be at least 1 ms");
        require(snapshotRecords > 0, "snapshot-records must be positive");
        require(recordsMin > 0, "records-min must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.log." + message);
        }
    }
}
