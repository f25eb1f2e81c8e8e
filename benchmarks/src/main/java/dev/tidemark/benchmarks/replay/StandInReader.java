package dev.tidemark.benchmarks.replay;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tells a log of a database that there is not, in place of the reader of a replication slot: a
 * hundred thousand commits take PostgreSQL minutes, and the log seconds.
 */
final class StandInReader {

    private static final DatabaseIdentity IDENTITY = new DatabaseIdentity(7, 1, 16_384, 99);

    /** As one transaction after another would write. */
    private static final long LSN_STEP = 256;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI cacheService;
    private final SplittableRandom random;
    private final long term;
    private LogPosition last;
    private long xid = 1_000;

    /** Takes the log over and opens a generation that is open to followers. */
    StandInReader(URI cacheService, long seed) throws InterruptedException {
        this.cacheService = cacheService;
        this.random = new SplittableRandom(seed);
        LogOpened opened = open();
        this.term = opened.term();
        this.last = opened.tail().map(LogRecord::position).orElse(LogPosition.NONE);
        LogPosition first = new LogPosition(last.generation() + 1, new Lsn(LSN_STEP), term);
        LogRecord generation = new LogRecord(first, last, new Content.Generation(IDENTITY, xid, 1));
        last = first;
        append(List.of(generation, next(new Content.Heartbeat(++xid, 1, Instant.EPOCH))));
    }

    LogPosition last() {
        return last;
    }

    /** Tells of transactions that changed so many different tags each. */
    void change(int transactions, int tags) throws InterruptedException {
        List<LogRecord> batch = new ArrayList<>();
        for (int i = 0; i < transactions; i++) {
            Change change = new Change(++xid, Tags.ofHashes(random.longs(tags).toArray()));
            batch.add(next(new Content.Changed(change)));
            if (batch.size() == LogCodec.BATCH_MAX
                    || batch.size() * tags * 8 > LogCodec.BATCH_BYTES_MAX / 4) {
                append(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            append(batch);
        }
    }

    private LogRecord next(Content content) {
        LogPosition next =
                new LogPosition(last.generation(), new Lsn(last.lsn().position() + LSN_STEP), term);
        LogRecord record = new LogRecord(next, last, content);
        last = next;
        return record;
    }

    private LogOpened open() throws InterruptedException {
        try {
            return LogCodec.decodeOpened(post("/internal/v1/log/open", new byte[0]));
        } catch (MalformedException e) {
            throw new MeasurementException("the log's answer cannot be read", e);
        }
    }

    private void append(List<LogRecord> batch) throws InterruptedException {
        try {
            AppendOutcome outcome =
                    LogCodec.decodeOutcome(
                            post("/internal/v1/log/records", LogCodec.encodeBatch(batch)));
            if (!(outcome instanceof AppendOutcome.Appended)) {
                throw new MeasurementException("the log refused records: " + outcome);
            }
        } catch (MalformedException e) {
            throw new MeasurementException("the log's answer cannot be read", e);
        }
    }

    private ByteBuffer post(String path, byte[] body) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(cacheService.resolve(path))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", LogCodec.MEDIA_TYPE)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new MeasurementException(
                        path + " was answered with status " + response.statusCode());
            }
            return ByteBuffer.wrap(response.body());
        } catch (IOException e) {
            throw new MeasurementException(path + " was not answered: " + e.getMessage(), e);
        }
    }
}
