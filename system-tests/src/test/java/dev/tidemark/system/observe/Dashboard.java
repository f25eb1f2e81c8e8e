package dev.tidemark.system.observe;

import dev.tidemark.system.RunningSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dashboard as it lies in {@code grafana/dashboards}.
 *
 * @param file its name
 */
record Dashboard(String file, JsonNode json) {

    static final Path FOLDER = RunningSuite.HOME.resolve("grafana/dashboards");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Dashboard::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(
                    file.getFileName().toString(), MAPPER.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All panels, rows included. */
    List<JsonNode> panels() {
        return json.path("panels").valueStream().toList();
    }

    /** The panels that show something. */
    List<JsonNode> charts() {
        return panels().stream().filter(panel -> !text(panel, "type").equals("row")).toList();
    }

    List<JsonNode> variables() {
        return json.path("templating").path("list").valueStream().toList();
    }

    @Override
    public String toString() {
        return file;
    }

    static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    /** What its panels ask, for all instances and tables. */
    List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        for (JsonNode panel : charts()) {
            for (JsonNode target : panel.path("targets")) {
                expressions.add(
                        new Expression(
                                "%s: %s, %s"
                                        .formatted(
                                                file, text(panel, "title"), text(target, "refId")),
                                text(target, "expr")
                                        .replace("$__rate_interval", "30s")
                                        .replaceAll("\\$(instance|table)\\b", ".*")));
            }
        }
        return expressions;
    }
}
