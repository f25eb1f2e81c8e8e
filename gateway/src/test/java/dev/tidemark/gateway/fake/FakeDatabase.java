package dev.tidemark.gateway.fake;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.feed.FakeLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tables whose only content is how often each was written, with PostgreSQL's rule of versions: a
 * write gets the next transaction number, and a snapshot's version is above all that have ended.
 * There is no row 0, nor any below. Where a request names something {@code wide} or {@code vast},
 * the answer is of some 4 or 200 KB; of something {@code noisy}, of 100 KB that cannot be packed by
 * much.
 */
public final class FakeDatabase {

    public static final DatabaseIdentity IDENTITY = new DatabaseIdentity(7, 1, 16_384, 42);

    private final ConcurrentMap<String, Integer> writes = new ConcurrentHashMap<>();
    private long nextXid = 1000;

    /** For every table; a test may set another. */
    public volatile Policy policy =
            new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true);

    /** Whether the log tells of the changes. */
    public volatile boolean followed = true;

    public final FakeLog log = new FakeLog(IDENTITY, 998);

    /** A committed change of one table. */
    public synchronized void write(String table) {
        long xid = nextXid++;
        writes.merge(table, 1, Integer::sum);
        log.changed(Tags.of(List.of(Tag.anyRow(table))), xid);
    }

    /** The same, but the log never tells. */
    public synchronized void writeSilently(String table) {
        nextXid++;
        writes.merge(table, 1, Integer::sum);
    }

    /** The log tells of a change of one table, late, under this transaction's number. */
    public synchronized void tell(String table, long xid) {
        log.changed(Tags.of(List.of(Tag.anyRow(table))), xid);
    }

    /** The number that the next transaction gets. */
    public synchronized long nextXid() {
        return nextXid;
    }

    /** A heartbeat of the log's reader. */
    public synchronized void heartbeat() {
        log.heartbeat(nextXid++);
    }

    private static int padding(String text) {
        return text.contains("vast") ? 100_000 : text.contains("wide") ? 2000 : 0;
    }

    /** The answer to a request in a snapshot taken now. */
    public synchronized Answer read(CanonicalRequest request) {
        boolean found = request.key().stream().noneMatch(part -> part.matches("0|-.*"));
        String content = request.text() + " after " + writes.getOrDefault(request.table(), 0);
        String json =
                found
                        ? "{\"asked\":\"" + content.replace("\"", "\\\"") + "\"}"
                        : "{\"code\":\"TM404\",\"asked\":\"" + content + "\"}";
        json += " \n".repeat(padding(request.text()));
        if (request.text().contains("noisy")) {
            byte[] noise = new byte[75_000];
            new Random(1).nextBytes(noise);
            json = '"' + Base64.getEncoder().encodeToString(noise) + '"';
        }
        byte[] body =
                (request.isByKey() ? json : "[" + json + "]").getBytes(StandardCharsets.UTF_8);
        List<HeaderField> head = new ArrayList<>();
        head.add(
                new HeaderField(
                        "Content-Type",
                        found ? "application/json; charset=utf-8" : "application/problem+json"));
        if (found) {
            head.add(new HeaderField("ETag", '"' + Integer.toHexString(content.hashCode()) + '"'));
            if (!request.isByKey()) {
                head.add(new HeaderField("Content-Range", "0-0/*"));
            }
        }
        return new Answer(
                found ? 200 : 404,
                head,
                body,
                new Version(nextXid),
                new Lsn(nextXid),
                Tags.of(List.of(Tag.anyRow(request.table()), Tag.table(request.table()))),
                policy,
                IDENTITY,
                followed);
    }
}
