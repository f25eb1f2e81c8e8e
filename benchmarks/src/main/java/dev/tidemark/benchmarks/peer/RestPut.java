package dev.tidemark.benchmarks.peer;

import dev.tidemark.benchmarks.measure.MeasurementException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** How bodies get into a peer that takes them over HTTP. */
final class RestPut {

    private RestPut() {}

    /** Has the peer store these bodies, each under its own target, by this method. */
    static void fill(Peer peer, String method, Map<Integer, String> bodies) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            bodies.forEach((row, body) ->
                    put(http, method, URI.create(peer.uri() + peer.target(row)), body));
        }
    }

    private static void put(HttpClient http, String method, URI where, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(where)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new MeasurementException(
                        "%s answers %d: %s".formatted(where, answer.statusCode(), answer.body()));
            }
        } catch (IOException e) {
            throw new MeasurementException(where + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while filling " + where, e);
        }
    }
}
