package dev.tidemark.retrieval.change;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.ReplicaUse;
import dev.tidemark.retrieval.Reply;
import dev.tidemark.retrieval.RetrievalApplication;
import dev.tidemark.retrieval.Service;
import dev.tidemark.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The whole service over one table, from which a test reads as a gateway does, and a log whose
 * follower decides as a cache does.
 */
final class ReadsAndLog implements AutoCloseable {

    static final String FIXTURE =
            """
            CREATE TABLE film (film_id int PRIMARY KEY, title text);
            INSERT INTO film SELECT i, 'x' FROM generate_series(1, 10) AS i;
            """;

    private final FakeLog log;
    private final Service service;
    final ChangeCapture capture;

    /** Starts the service; its database has the fixture, or will soon be there again. */
    ReadsAndLog(TestDatabase database, FakeLog log) {
        this(database, log, Map.of());
    }

    /** The same with more properties. */
    ReadsAndLog(TestDatabase database, FakeLog log, Map<String, String> more) {
        this.log = log;
        Map<String, String> properties = new HashMap<>(more);
        properties.put("tidemark.database.url", database.url());
        properties.put("tidemark.cache.addresses", log.address().toString());
        properties.put("tidemark.freshness.refresh-interval", "100ms");
        service = Service.start(properties, RetrievalApplication.class);
        service.awaitReady();
        capture = service.bean(ChangeCapture.class);
    }

    /** What the origin answers to a read of the row that all write to, once it answers. */
    Answer read() {
        Captures.await().until(() -> service.get("/film/1").status() == 200);
        return answer(service.get("/film/1"));
    }

    /** What the service says to a request that a replica may answer. */
    Reply ofReplica(String target, Lsn from) {
        HeaderField allowed = ReplicaUse.allowed(from);
        return service.get(target, allowed.name(), allowed.value());
    }

    /** A reply as a gateway keeps it. */
    static Answer answer(Reply reply) {
        return reply.internal()
                .answer(reply.status(), name -> reply.headers().allValues(name), reply.bytes());
    }

    static String title(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8)
                .replaceFirst(".*\"title\": ?\"(\\w*)\".*", "$1");
    }

    /** Whether a cache that follows the log may serve it. */
    boolean isValid(Answer answer) {
        return log.follower().isValid(answer);
    }

    /** Until the log tells of everything that has committed before this call. */
    void awaitComplete() {
        long asked = System.nanoTime();
        Captures.await()
                .until(() ->
                        capture.completeness()
                                .filter(known ->
                                        known.staleness().toNanos() < System.nanoTime() - asked)
                                .isPresent());
    }

    /** Until what is read can be served for as long as the log tells of no change. */
    void awaitFollowed() {
        awaitComplete();
        Captures.await()
                .until(() -> {
                    Answer answer = read();
                    return answer.followed() && isValid(answer);
                });
    }

    @Override
    public void close() {
        service.close();
    }
}
