package dev.tidemark.gateway.aside;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Purpose;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.origin.Fetch;
import dev.tidemark.gateway.time.Deadline;
import java.util.Optional;

/**
 * One flight's own.
 *
 * @param reader who leads it
 * @param replicaFrom as in {@link Fetch}
 * @param attended whether someone waits for it
 * @param atHand the entry that it is ahead of, if it is: then nothing is worth waiting for
 */
record Trip(
        Reader reader,
        long beganNanos,
        Deadline deadline,
        Optional<Lsn> replicaFrom,
        boolean attended,
        Optional<Entry> atHand) {

    Purpose purpose() {
        return attended ? reader.purpose() : Purpose.REFRESH;
    }

    Trip unattended() {
        return new Trip(reader, beganNanos, deadline, replicaFrom, false, Optional.empty());
    }

    Trip ahead(Entry entry) {
        return new Trip(reader, beganNanos, deadline, replicaFrom, false, Optional.of(entry));
    }
}
