package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.wire.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** The log at one of several cache-services: whichever answered last, until it fails. */
final class HttpLog implements LogClient, AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    /** What a Redis failover takes is longer; then the request is repeated anyway. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private final List<URI> addresses;
    private final HttpClient http;
    private int current;

    HttpLog(List<URI> addresses) {
        this.addresses = addresses;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build();
    }

    @Override
    public LogOpened open() throws IOException, InterruptedException {
        byte[] body = post("/internal/v1/log/open", BodyPublishers.noBody());
        try {
            return LogCodec.decodeOpened(ByteBuffer.wrap(body));
        } catch (MalformedException e) {
            throw unreadable(e);
        }
    }

    @Override
    public AppendOutcome append(List<LogRecord> records) throws IOException, InterruptedException {
        byte[] body =
                post(
                        "/internal/v1/log/records",
                        BodyPublishers.ofByteArray(LogCodec.encodeBatch(records)));
        try {
            return LogCodec.decodeOutcome(ByteBuffer.wrap(body));
        } catch (MalformedException e) {
            throw unreadable(e);
        }
    }

    private IOException unreadable(MalformedException cause) {
        failover();
        return new IOException("the log's answer cannot be read", cause);
    }

    private byte[] post(String path, BodyPublisher body) throws IOException, InterruptedException {
        URI address = addresses.get(current);
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(path))
                        .timeout(REQUEST_TIMEOUT)
                        .header("Content-Type", LogCodec.MEDIA_TYPE)
                        .POST(body)
                        .build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            failover();
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException(address + " does not append: " + why, e);
        }
    }

    private void failover() {
        current = (current + 1) % addresses.size();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
