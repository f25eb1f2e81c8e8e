package dev.tidemark.quickstart.postgres;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded PostgreSQL is started.
 *
 * @param dataDirectory a folder that keeps the data over restarts; null for a temporary one, which
 *     trades durability for speed
 * @param port 0 for any free port
 * @param log file for the server's messages; null for one in the temporary folder
 * @param settings server settings that override the launcher's own
 */
public record PostgresOptions(
        @Nullable Path dataDirectory, int port, @Nullable Path log, Map<String, String> settings) {

    public PostgresOptions {
        settings = Map.copyOf(settings);
    }

    /** A temporary server on any free port. */
    public static PostgresOptions temporary() {
        return new PostgresOptions(null, 0, null, Map.of());
    }

    public PostgresOptions withDataDirectory(Path directory) {
        return new PostgresOptions(directory, port, log, settings);
    }

    public PostgresOptions withPort(int fixedPort) {
        return new PostgresOptions(dataDirectory, fixedPort, log, settings);
    }

    public PostgresOptions withLog(Path file) {
        return new PostgresOptions(dataDirectory, port, file, settings);
    }

    public PostgresOptions withSetting(String name, String value) {
        var more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new PostgresOptions(dataDirectory, port, log, more);
    }
}
