package dev.tidemark.cache;

import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.generation;
import static dev.tidemark.cache.invalidation.Records.heartbeat;

import dev.tidemark.cache.invalidation.EncodedRecord;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.wire.MalformedException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Appends a change for each step and never gives one up, as the reader of the replication slot
 * does: what the log has lost is sent again, and a log that is empty is begun anew.
 */
final class SimulatedReader {

    private final CacheClient cache;
    private final List<LogRecord> told = new ArrayList<>();
    private long term;
    private long lsn;
    private long xid = 1_000;
    private int generations;

    /** Which of {@link #told} is the first that the log may not have. */
    private int next;

    private LogPosition durable = LogPosition.NONE;

    SimulatedReader(CacheClient cache) throws MalformedException {
        this.cache = cache;
        open();
        begin();
    }

    private void open() throws MalformedException {
        HttpResponse<byte[]> response =
                cache.post("/internal/v1/log/open", BodyPublishers.noBody());
        term = LogCodec.decodeOpened(ByteBuffer.wrap(response.body())).term();
    }

    private void begin() {
        generations++;
        told.clear();
        next = 0;
        told.add(generation(++lsn, term).record());
        add(heartbeat(++lsn, told.getLast(), ++xid));
    }

    private void add(EncodedRecord record) {
        told.add(record.record());
    }

    /** Tells of a change and a heartbeat, and sends on what the log does not have. */
    void step(Tag tag) throws MalformedException {
        add(changed(++lsn, told.getLast(), ++xid, tag));
        add(heartbeat(++lsn, told.getLast(), ++xid));
        var _ = send();
    }

    /** Whether the log has everything now. */
    boolean send() throws MalformedException {
        List<LogRecord> batch = told.subList(next, Math.min(told.size(), next + 100));
        if (batch.isEmpty()) {
            return true;
        }
        HttpResponse<byte[]> response =
                cache.post(
                        "/internal/v1/log/records",
                        BodyPublishers.ofByteArray(LogCodec.encodeBatch(batch)));
        if (response.statusCode() == 503) {
            return false;
        }
        switch (LogCodec.decodeOutcome(ByteBuffer.wrap(response.body()))) {
            case AppendOutcome.Appended appended -> {
                next += batch.size();
                durable = appended.durable();
            }
            case AppendOutcome.Refused(_, Optional<LogRecord> tail) -> {
                if (tail.isEmpty()) {
                    open();
                    begin();
                } else {
                    next = told.indexOf(tail.get()) + 1;
                    if (next == 0) {
                        throw new AssertionError(tail + " is not what was told");
                    }
                }
            }
        }
        return next == told.size();
    }

    LogPosition tail() {
        return told.getLast().position();
    }

    LogPosition durable() {
        return durable;
    }

    /** The last change's, and the last heartbeat's after it. */
    long xid() {
        return xid;
    }

    int generations() {
        return generations;
    }
}
