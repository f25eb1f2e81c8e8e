package dev.tidemark.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a process says of itself at its management port, as Prometheus would read it. */
final class Meters {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final List<String> lines;

    private Meters(List<String> lines) {
        this.lines = lines;
    }

    static Meters of(URI management) {
        HttpRequest request =
                HttpRequest.newBuilder(management.resolve("/actuator/prometheus"))
                        .timeout(Duration.ofSeconds(20))
                        .build();
        try {
            return new Meters(HTTP.send(request, BodyHandlers.ofString()).body().lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(request + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sum of all series of a meter with these labels; 0 while there is none. */
    double sum(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
