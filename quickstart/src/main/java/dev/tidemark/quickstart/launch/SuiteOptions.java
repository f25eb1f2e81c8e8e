package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What suite to start.
 *
 * @param home the folder of the project, whose modules have been built
 * @param database an existing database to serve; null for the embedded one
 * @param dump a plain SQL dump for the embedded database; null for the sample shop
 * @param listen the address on which the gateway listens
 * @param port the gateway's port; 0 for any free one
 * @param dataDirectory a folder that keeps the embedded database over restarts; null for a
 *     temporary one
 * @param logDirectory a folder for logs; null for one in the data directory or the temporary folder
 * @param schemas the served schemas, the default one first
 * @param hide tables and columns that are not served, as {@code table}, {@code table.column} or
 *     with a schema ahead
 * @param writable tables that may be written to, with a schema ahead or not; {@code *} alone for
 *     all
 * @param properties more settings of each service, by its name, which win over the launcher's own
 * @param instances how many of each service to run, by its name; one of those that are not named
 * @param jvmOptions of all services, which win over the launcher's own
 */
public record SuiteOptions(
        Path home,
        @Nullable PostgresAddress database,
        @Nullable Path dump,
        String listen,
        int port,
        @Nullable Path dataDirectory,
        @Nullable Path logDirectory,
        List<String> schemas,
        List<String> hide,
        List<String> writable,
        Map<String, Map<String, String>> properties,
        Map<String, Integer> instances,
        List<String> jvmOptions) {

    /**
     * Where the gateway listens unless told otherwise: what is on it is not yet anybody's decision
     * to publish.
     */
    public static final String LOOPBACK = "127.0.0.1";

    public static final int DEFAULT_PORT = 8080;

    public SuiteOptions {
        schemas = List.copyOf(schemas);
        hide = List.copyOf(hide);
        writable = List.copyOf(writable);
        properties = Map.copyOf(properties);
        instances = Map.copyOf(instances);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /** The sample shop on any free port of the loopback interface. */
    public static SuiteOptions sample(Path home) {
        return new SuiteOptions(
                home,
                null,
                null,
                LOOPBACK,
                0,
                null,
                null,
                List.of("public"),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of());
    }

    public SuiteOptions withDatabase(PostgresAddress existing) {
        return new SuiteOptions(
                home,
                existing,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                properties,
                instances,
                jvmOptions);
    }

    public SuiteOptions withDump(Path file) {
        return new SuiteOptions(
                home,
                database,
                file,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                properties,
                instances,
                jvmOptions);
    }

    public SuiteOptions withPort(int fixedPort) {
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                fixedPort,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                properties,
                instances,
                jvmOptions);
    }

    public SuiteOptions withDataDirectory(Path directory) {
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                directory,
                logDirectory,
                schemas,
                hide,
                writable,
                properties,
                instances,
                jvmOptions);
    }

    public SuiteOptions withLogDirectory(Path directory) {
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                dataDirectory,
                directory,
                schemas,
                hide,
                writable,
                properties,
                instances,
                jvmOptions);
    }

    public SuiteOptions withHidden(List<String> names) {
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                names,
                writable,
                properties,
                instances,
                jvmOptions);
    }

    public SuiteOptions withWritable(List<String> names) {
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                names,
                properties,
                instances,
                jvmOptions);
    }

    /** One more setting of one service, such as {@code gateway}. */
    public SuiteOptions withProperty(String service, String name, String value) {
        var ofService = new HashMap<>(properties.getOrDefault(service, Map.of()));
        ofService.put(name, value);
        var all = new HashMap<>(properties);
        all.put(service, Map.copyOf(ofService));
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                all,
                instances,
                jvmOptions);
    }

    /** So many of a service, such as {@code gateway}; at least one. */
    public SuiteOptions withInstances(String service, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("at least one " + service);
        }
        var all = new HashMap<>(instances);
        all.put(service, number);
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                properties,
                all,
                jvmOptions);
    }

    /** These, besides the launcher's own: a benchmark wants other JVMs than a quick start does. */
    public SuiteOptions withJvmOptions(List<String> options) {
        return new SuiteOptions(
                home,
                database,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                properties,
                instances,
                options);
    }

    int instances(String service) {
        return instances.getOrDefault(service, 1);
    }
}
