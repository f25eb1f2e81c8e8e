package dev.tidemark.retrieval.change;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.wire.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The invalidation log over HTTP by its real rules, in memory; with a follower of its own. */
public final class FakeLog implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<LogRecord> records = new ArrayList<>();
    private final List<Long> arrivedNanos = new ArrayList<>();
    private LogFollower follower = new LogFollower(1 << 16);
    private long term;
    private boolean away;

    public FakeLog() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/internal/v1/log/open", exchange -> answer(exchange, _ -> open()));
        server.createContext(
                "/internal/v1/log/records", exchange -> answer(exchange, this::append));
        server.start();
    }

    private interface Handler {
        byte[] handle(byte[] body) throws MalformedException;
    }

    private void answer(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] answer;
            synchronized (this) {
                answer = away ? null : handler.handle(body);
            }
            if (answer == null) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        } catch (MalformedException e) {
            throw new IOException(e);
        }
    }

    private byte[] open() {
        term = Math.max(term + 1, System.currentTimeMillis());
        return LogCodec.encodeOpened(new LogOpened(term, tail()));
    }

    private byte[] append(byte[] body) throws MalformedException {
        List<LogRecord> batch = LogCodec.decodeBatch(ByteBuffer.wrap(body));
        return LogCodec.encodeOutcome(append(batch));
    }

    private AppendOutcome append(List<LogRecord> batch) {
        List<LogRecord> fresh = new ArrayList<>(batch);
        while (!fresh.isEmpty() && records.contains(fresh.getFirst())) {
            fresh.removeFirst();
        }
        LogPosition last = tail().map(LogRecord::position).orElse(LogPosition.NONE);
        for (LogRecord record : fresh) {
            if (record.position().term() != term
                    || !record.predecessor().equals(last)
                    || !record.position().isAfter(last)) {
                return new AppendOutcome.Refused(term, tail());
            }
            last = record.position();
        }
        for (LogRecord record : fresh) {
            records.add(record);
            arrivedNanos.add(System.nanoTime());
            if (follower.apply(record) != LogFollower.Applied.APPLIED) {
                throw new AssertionError("the follower refuses " + record);
            }
        }
        return new AppendOutcome.Appended(last, last);
    }

    private Optional<LogRecord> tail() {
        return records.isEmpty() ? Optional.empty() : Optional.of(records.getLast());
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public synchronized List<LogRecord> records() {
        return List.copyOf(records);
    }

    /** When the record arrived, in terms of {@link System#nanoTime()}. */
    synchronized long arrivedNanos(LogRecord record) {
        return arrivedNanos.get(records.indexOf(record));
    }

    synchronized int size() {
        return records.size();
    }

    public synchronized LogFollower follower() {
        return follower;
    }

    synchronized List<Content.Generation> generations() {
        return records.stream()
                .map(LogRecord::content)
                .filter(Content.Generation.class::isInstance)
                .map(Content.Generation.class::cast)
                .toList();
    }

    /** As if Redis had been emptied. */
    synchronized void emptied() {
        records.clear();
        arrivedNanos.clear();
        follower = new LogFollower(1 << 16);
    }

    /** As if a failover had lost the last records. */
    synchronized void lostAllAfter(LogPosition position) {
        while (records.getLast().position().isAfter(position)) {
            records.removeLast();
            arrivedNanos.removeLast();
        }
        follower = new LogFollower(1 << 16);
        records.forEach(follower::apply);
    }

    synchronized void setAway(boolean isAway) {
        away = isAway;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
