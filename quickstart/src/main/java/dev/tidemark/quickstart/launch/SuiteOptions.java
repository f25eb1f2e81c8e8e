package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What suite to start.
 *
 * @param home the folder of the project, whose modules have been built
 * @param before the folder of another version, whose services run until each is started again; null
 *     for {@code home} from the beginning
 * @param database an existing database to serve; null for the embedded one
 * @param replication where the existing database's changes are captured from, as another role or
 *     past a pooler; null for the way of {@code database}
 * @param replicas standbys of the existing database that may answer reads, all with one password
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
 * @param redisProgram the {@code redis-server} to run; null for the embedded one
 */
public record SuiteOptions(
        Path home,
        @Nullable Path before,
        @Nullable PostgresAddress database,
        @Nullable PostgresAddress replication,
        List<PostgresAddress> replicas,
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
        List<String> jvmOptions,
        @Nullable Path redisProgram) {

    /**
     * Where the gateway listens unless told otherwise: what is on it is not yet anybody's decision
     * to publish.
     */
    public static final String LOOPBACK = "127.0.0.1";

    public static final int DEFAULT_PORT = 8080;

    public SuiteOptions {
        replicas = List.copyOf(replicas);
        schemas = List.copyOf(schemas);
        hide = List.copyOf(hide);
        writable = List.copyOf(writable);
        properties = Map.copyOf(properties);
        instances = Map.copyOf(instances);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /** The sample shop on any free port of the loopback interface. */
    public static SuiteOptions sample(Path home) {
        return new Draft(home).options();
    }

    /** With the services of another version, each of which is updated when it is restarted. */
    public SuiteOptions withBefore(Path otherHome) {
        return with(draft -> draft.before = otherHome);
    }

    public SuiteOptions withDatabase(PostgresAddress existing) {
        return with(draft -> draft.database = existing);
    }

    public SuiteOptions withReplication(PostgresAddress address) {
        return with(draft -> draft.replication = address);
    }

    public SuiteOptions withReplicas(List<PostgresAddress> standbys) {
        return with(draft -> draft.replicas = standbys);
    }

    public SuiteOptions withDump(Path file) {
        return with(draft -> draft.dump = file);
    }

    public SuiteOptions withListen(String address) {
        return with(draft -> draft.listen = address);
    }

    public SuiteOptions withPort(int fixedPort) {
        return with(draft -> draft.port = fixedPort);
    }

    public SuiteOptions withDataDirectory(Path directory) {
        return with(draft -> draft.dataDirectory = directory);
    }

    public SuiteOptions withLogDirectory(Path directory) {
        return with(draft -> draft.logDirectory = directory);
    }

    public SuiteOptions withSchemas(List<String> names) {
        return with(draft -> draft.schemas = names);
    }

    public SuiteOptions withHidden(List<String> names) {
        return with(draft -> draft.hide = names);
    }

    public SuiteOptions withWritable(List<String> names) {
        return with(draft -> draft.writable = names);
    }

    /** One more setting of one service, such as {@code gateway}. */
    public SuiteOptions withProperty(String service, String name, String value) {
        var ofService = new HashMap<>(properties.getOrDefault(service, Map.of()));
        ofService.put(name, value);
        var all = new HashMap<>(properties);
        all.put(service, Map.copyOf(ofService));
        return with(draft -> draft.properties = all);
    }

    /** So many of a service, such as {@code gateway}; at least one. */
    public SuiteOptions withInstances(String service, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("at least one " + service);
        }
        var all = new HashMap<>(instances);
        all.put(service, number);
        return with(draft -> draft.instances = all);
    }

    /** These, besides the launcher's own: a benchmark wants other JVMs than a quick start does. */
    public SuiteOptions withJvmOptions(List<String> options) {
        return with(draft -> draft.jvmOptions = options);
    }

    /** Redis as a distribution builds it, which is faster than the embedded one. */
    public SuiteOptions withRedisProgram(Path file) {
        return with(draft -> draft.redisProgram = file);
    }

    /** Whose services run until they are started again. */
    Path firstHome() {
        return before == null ? home : before;
    }

    int instances(String service) {
        return instances.getOrDefault(service, 1);
    }

    private SuiteOptions with(Consumer<Draft> change) {
        var draft = new Draft(home);
        draft.take(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that can still be changed, with their defaults: the one place that copies them. */
    private static final class Draft {
        private final Path home;
        private @Nullable Path before;
        private @Nullable PostgresAddress database;
        private @Nullable PostgresAddress replication;
        private List<PostgresAddress> replicas = List.of();
        private @Nullable Path dump;
        private String listen = LOOPBACK;
        private int port;
        private @Nullable Path dataDirectory;
        private @Nullable Path logDirectory;
        private List<String> schemas = List.of("public");
        private List<String> hide = List.of();
        private List<String> writable = List.of();
        private Map<String, Map<String, String>> properties = Map.of();
        private Map<String, Integer> instances = Map.of();
        private List<String> jvmOptions = List.of();
        private @Nullable Path redisProgram;

        Draft(Path home) {
            this.home = home;
        }

        void take(SuiteOptions options) {
            before = options.before;
            database = options.database;
            replication = options.replication;
            replicas = options.replicas;
            dump = options.dump;
            listen = options.listen;
            port = options.port;
            dataDirectory = options.dataDirectory;
            logDirectory = options.logDirectory;
            schemas = options.schemas;
            hide = options.hide;
            writable = options.writable;
            properties = options.properties;
            instances = options.instances;
            jvmOptions = options.jvmOptions;
            redisProgram = options.redisProgram;
        }

        SuiteOptions options() {
            return new SuiteOptions(
                    home,
                    before,
                    database,
                    replication,
                    replicas,
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
                    jvmOptions,
                    redisProgram);
        }
    }
}
