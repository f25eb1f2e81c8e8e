package dev.tidemark.benchmarks.stage;

import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogCodec;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;

/** Whether a cache-service has sent the change on: follows its feed as every gateway does. */
public final class FeedTap extends Tap {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI feed;

    public FeedTap(URI cacheService) {
        super("in the feed");
        feed = cacheService.resolve("/internal/v1/feed");
        start(this::follow);
    }

    private void follow() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(feed).build();
        var response = http.send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("the feed was answered with status " + response.statusCode());
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(response.body()))) {
            while (isOpen()) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                long now = System.nanoTime();
                if (LogCodec.decodeFrame(ByteBuffer.wrap(frame))
                        instanceof FeedFrame.Appended(var record)) {
                    passed(record, now);
                }
            }
        }
    }

    @Override
    public void close() {
        super.close();
        http.shutdownNow();
    }
}
