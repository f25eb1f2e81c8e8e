package dev.tidemark.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.HotMarks;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupCodec.Frame;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Speaks to the service as a gateway does. */
final class CacheClient implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String address;

    CacheClient(int port) {
        this.address = "http://127.0.0.1:" + port;
    }

    /** The outcomes in the order of the look-ups. */
    List<LookupOutcome> find(List<Lookup> batch) {
        LookupOutcome[] outcomes = new LookupOutcome[batch.size()];
        for (Frame frame : frames(batch)) {
            if (outcomes[frame.index()] != null) {
                throw new AssertionError("frame " + frame.index() + " came twice");
            }
            outcomes[frame.index()] = frame.outcome();
        }
        return Arrays.asList(outcomes);
    }

    LookupOutcome find(Lookup lookup) {
        return find(List.of(lookup)).getFirst();
    }

    /** The frames in the order in which they came. */
    List<Frame> frames(List<Lookup> batch) {
        HttpResponse<byte[]> response =
                post(
                        "/internal/v1/lookups",
                        BodyPublishers.ofByteArray(LookupCodec.encodeBatch(batch)));
        requireStatus(200, response);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(response.body()))) {
            List<Frame> frames = new ArrayList<>();
            while (in.available() > 0) {
                frames.add(frame(in));
            }
            return frames;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Which of the look-ups were for hot keys, as the response's head says; empty for none. */
    Optional<String> hotMarks(List<Lookup> batch) {
        HttpResponse<byte[]> response =
                post(
                        "/internal/v1/lookups",
                        BodyPublishers.ofByteArray(LookupCodec.encodeBatch(batch)));
        requireStatus(200, response);
        return response.headers().firstValue(HotMarks.NAME);
    }

    /** The response while it is still coming. */
    InputStream stream(List<Lookup> batch) {
        try {
            return http.send(
                            request("/internal/v1/lookups")
                                    .POST(
                                            BodyPublishers.ofByteArray(
                                                    LookupCodec.encodeBatch(batch)))
                                    .build(),
                            BodyHandlers.ofInputStream())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Reads the next frame. */
    static Frame frame(DataInputStream in) throws IOException {
        try {
            return LookupCodec.decodeFrame(ByteBuffer.wrap(in.readNBytes(in.readInt())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    int fill(Fill fill) {
        return post("/internal/v1/fills", BodyPublishers.ofByteArray(LookupCodec.encodeFill(fill)))
                .statusCode();
    }

    int release(Release release) {
        return post(
                        "/internal/v1/releases",
                        BodyPublishers.ofByteArray(LookupCodec.encodeRelease(release)))
                .statusCode();
    }

    /** For how long the lease is held from now on. */
    Duration renew(Renewal renewal) {
        HttpResponse<byte[]> response =
                post(
                        "/internal/v1/renewals",
                        BodyPublishers.ofByteArray(LookupCodec.encodeRenewal(renewal)));
        requireStatus(200, response);
        try {
            return LookupCodec.decodeRenewed(ByteBuffer.wrap(response.body()));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** A response without end. */
    HttpResponse<InputStream> follow(String query) {
        try {
            return http.send(
                    request("/internal/v1/feed" + query).build(), BodyHandlers.ofInputStream());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The feed, as soon as the service knows the log: it is ready for look-ups before. */
    InputStream feed(String query) {
        return await().until(() -> feedUnlessTooEarly(query), Optional::isPresent).get();
    }

    private Optional<InputStream> feedUnlessTooEarly(String query) throws IOException {
        HttpResponse<InputStream> response = follow(query);
        if (response.statusCode() == 503) {
            response.body().close();
            return Optional.empty();
        }
        assertThat(response.statusCode()).isEqualTo(200);
        return Optional.of(response.body());
    }

    HttpResponse<byte[]> post(String path, BodyPublisher body) {
        return send("POST", path, body);
    }

    HttpResponse<byte[]> send(String method, String path, BodyPublisher body) {
        try {
            return http.send(
                    request(path).method(method, body).build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", LookupCodec.MEDIA_TYPE)
                .header("Accept", LookupCodec.MEDIA_TYPE);
    }

    private static void requireStatus(int status, HttpResponse<byte[]> response) {
        if (response.statusCode() != status) {
            throw new AssertionError(
                    response.statusCode()
                            + " "
                            + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        // A feed is a response without end.
        http.shutdownNow();
    }
}
