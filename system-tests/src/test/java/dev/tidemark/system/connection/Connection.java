package dev.tidemark.system.connection;

import dev.tidemark.system.RunningSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection that is made, as {@code from → to port}. */
public record Connection(String from, String to, int port) implements Comparable<Connection> {

    /** What the tables call those that are deployed under another name. */
    private static final Map<String, String> NAMES =
            Map.of(
                    "NGINX", "nginx",
                    "Redis Cluster", "redis",
                    "maker of the Redis Cluster", "redis-cluster",
                    "PostgreSQL", "postgres",
                    "Prometheus", "prometheus",
                    "Alertmanager", "alertmanager",
                    "Grafana", "grafana");

    private static final Pattern EVERYWHERE =
            Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\| ([0-9, ]+) \\| [^|]+ \\| [^|]+ \\|");

    /** A row of the table of those that there are in docker compose only has no protocol. */
    private static final Pattern IN_COMPOSE =
            Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\| ([0-9, ]+) \\| [^|]+ \\|");

    /** Those that are made wherever Tidemark is deployed. */
    public static Set<Connection> everywhere() {
        return rows(EVERYWHERE);
    }

    /** Those that are made in docker compose besides. */
    public static Set<Connection> inCompose() {
        return rows(IN_COMPOSE);
    }

    private static Set<Connection> rows(Pattern form) {
        Set<Connection> table = new TreeSet<>();
        page().lines()
                .map(form::matcher)
                .filter(Matcher::matches)
                .forEach(row -> {
                    for (String port : row.group(3).split(", ", -1)) {
                        table.add(
                                new Connection(
                                        name(row.group(1)),
                                        name(row.group(2)),
                                        Integer.parseInt(port)));
                    }
                });
        return table;
    }

    private static String page() {
        try {
            return Files.readString(RunningSuite.HOME.resolve("docs/architecture.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(String inTheTable) {
        return NAMES.getOrDefault(inTheTable.strip(), inTheTable.strip());
    }

    @Override
    public int compareTo(Connection other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return from + " → " + to + " " + port;
    }
}
