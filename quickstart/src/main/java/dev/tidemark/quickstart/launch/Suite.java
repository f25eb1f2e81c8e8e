package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.load.DumpFile;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresServer;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.redis.RedisCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A running suite. Everything is checked before anything is started; then the databases start side
 * by side, then the services, which need the databases' addresses. Parts that end are started
 * again.
 */
public final class Suite implements AutoCloseable {
    private static final Duration SERVICE_READY_TIMEOUT = Duration.ofMinutes(3);

    private final SuiteOptions options;
    private final Progress progress;
    private final Path folder;

    /**
     * Of services that have not been started again; another one where they are of another version.
     */
    private final Path firstFolder;

    private final Path logs;
    private final int port;

    private final Parts parts = new Parts();
    private final Backends backends;
    private final Map<String, URI> managementUris = new ConcurrentHashMap<>();
    private final Map<String, URI> serviceUris = new ConcurrentHashMap<>();
    private volatile List<Integer> gatewayPorts = List.of();

    private Suite(SuiteOptions options, Progress progress, Path logs, int port) {
        this.options = options;
        this.progress = progress;
        this.folder = Guard.ofThisJvm().newFolder("suite");
        this.firstFolder =
                options.before() == null ? folder : Guard.ofThisJvm().newFolder("before");
        this.logs = logs;
        this.port = port;
        this.backends = new Backends(options, progress, logs, parts);
    }

    /** Starts a suite and returns when all of it is ready. On failure nothing is left running. */
    public static Suite start(SuiteOptions options, Progress progress) {
        check(options, progress);
        var suite =
                new Suite(
                        options,
                        progress,
                        logDirectory(options),
                        options.port() == 0 ? Ports.free() : options.port());
        Guard.ofThisJvm().beforeTheEnd(suite::close);
        try {
            suite.startAll();
            return suite;
        } catch (RuntimeException e) {
            suite.close();
            throw e;
        }
    }

    private static void check(SuiteOptions options, Progress progress) {
        for (String name : List.of(Service.ORIGIN, Service.CACHE, Service.GATEWAY)) {
            new Program(name, options.firstHome()).requireBuilt();
            new Program(name, options.home()).requireBuilt();
        }
        PortOwner.requireFree(options.listen(), options.port());
        Path data = options.dataDirectory();
        if (data != null) {
            PostgresServer.checkDataDirectory(data);
        }
        Path dump = options.dump();
        if (dump != null) {
            new DumpFile(dump).check();
        }
        PostgresAddress existing = options.database();
        if (existing != null) {
            ExistingDatabase.check(existing, progress::notice);
            Catalogue.of(existing).requireServed(options.schemas(), options.hide());
        }
        PostgresAddress replication = options.replication();
        if (replication != null) {
            ExistingDatabase.check(replication, progress::notice);
        }
        for (PostgresAddress replica : options.replicas()) {
            ExistingDatabase.checkReplica(replica, progress::notice);
        }
    }

    private static Path logDirectory(SuiteOptions options) {
        Path given = options.logDirectory();
        Path data = options.dataDirectory();
        try {
            if (given != null) {
                return Files.createDirectories(given.toAbsolutePath());
            }
            return data == null
                    ? Guard.ofThisJvm().newFolder("logs")
                    : Files.createDirectories(data.toAbsolutePath().resolve("logs"));
        } catch (IOException e) {
            throw new StartException("cannot make the folder for logs: " + e, e);
        }
    }

    private void startAll() {
        backends.start();
        startServices();
    }

    private void startServices() {
        List<Integer> originPorts = freePorts(Service.ORIGIN);
        List<Integer> cachePorts = freePorts(Service.CACHE);
        List<Integer> gatewayPorts = freePorts(Service.GATEWAY);
        gatewayPorts.set(0, port);
        var settings = new ServiceSettings(folder);
        List<Runnable> started = new ArrayList<>();
        started.addAll(
                started(
                        Service.ORIGIN,
                        SuiteOptions.LOOPBACK,
                        originPorts,
                        settings.origin(
                                database(),
                                options.replication(),
                                options.replicas(),
                                options.schemas(),
                                options.hide(),
                                options.writable(),
                                cachePorts,
                                options.database() != null)));
        started.addAll(
                started(
                        Service.CACHE,
                        SuiteOptions.LOOPBACK,
                        cachePorts,
                        settings.cache(redis(), originPorts)));
        started.addAll(
                started(
                        Service.GATEWAY,
                        options.listen(),
                        gatewayPorts,
                        settings.gateway(originPorts, cachePorts)));
        this.gatewayPorts = List.copyOf(gatewayPorts);
        SideBySide.run(started);
    }

    private List<Integer> freePorts(String module) {
        return new ArrayList<>(
                IntStream.range(0, options.instances(module)).mapToObj(_ -> Ports.free()).toList());
    }

    private List<Runnable> started(
            String module, String host, List<Integer> ports, Map<String, String> own) {
        return IntStream.range(0, ports.size())
                .mapToObj(i ->
                        started(
                                module,
                                i == 0 ? module : module + "-" + (i + 1),
                                host,
                                ports.get(i),
                                own))
                .toList();
    }

    /** Starts a service at once and returns what is left to do: to wait for it. */
    private Runnable started(
            String module, String name, String host, int servicePort, Map<String, String> own) {
        long start = System.nanoTime();
        int managementPort = Ports.free();
        var properties = new HashMap<>(own);
        properties.putAll(ServiceSettings.common(host, servicePort, managementPort));
        properties.putAll(options.properties().getOrDefault(module, Map.of()));
        var service =
                new Service(
                        new Program(module, options.home()),
                        name,
                        managementPort,
                        properties,
                        options.jvmOptions());
        Path log = logs.resolve(name + ".log");
        Service first = service.running(new Program(module, options.firstHome()));
        var part =
                new Part(
                        name,
                        first.start(firstFolder, log),
                        () -> service.start(folder, log),
                        service::isReady,
                        SERVICE_READY_TIMEOUT,
                        progress::notice);
        parts.add(part);
        serviceUris.put(name, baseUri(servicePort));
        managementUris.put(
                name, URI.create("http://%s:%d".formatted(SuiteOptions.LOOPBACK, managementPort)));
        return () -> {
            part.awaitFirstReady();
            progress.done(name, host + ":" + servicePort, since(start));
        };
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Where clients go. */
    public URI baseUri() {
        return baseUri(port);
    }

    /** Each gateway's; the first is {@link #baseUri}. */
    public List<URI> gatewayUris() {
        return gatewayPorts.stream().map(this::baseUri).toList();
    }

    private URI baseUri(int ofPort) {
        boolean everywhere =
                List.of("0.0.0.0", "::", SuiteOptions.LOOPBACK).contains(options.listen());
        String host = everywhere ? "localhost" : options.listen();
        return URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + ofPort);
    }

    public Part gateway() {
        return parts.named(Service.GATEWAY);
    }

    public Part cacheService() {
        return parts.named(Service.CACHE);
    }

    /** The data-retrieval-service. */
    public Part origin() {
        return parts.named(Service.ORIGIN);
    }

    /** The embedded PostgreSQL; there is none when the suite serves an existing database. */
    public Part postgres() {
        return parts.named("PostgreSQL");
    }

    /** Where a service answers about itself under {@code /actuator}, by the service's name. */
    public Map<String, URI> managementUris() {
        return new TreeMap<>(managementUris);
    }

    /** Where a service is asked, by the service's name. */
    public Map<String, URI> serviceUris() {
        return new TreeMap<>(serviceUris);
    }

    /** All parts. */
    public List<Part> parts() {
        return parts.all();
    }

    /** The served database, as the suite connects to it. */
    public PostgresAddress database() {
        return backends.database();
    }

    /** The embedded Redis Cluster. */
    public RedisCluster redis() {
        return backends.redis();
    }

    /** The folder with a log of each process. */
    public Path logs() {
        return logs;
    }

    /** What a user may try first on this database. */
    public List<String> exampleTargets() {
        return Catalogue.of(database())
                .exampleTargets(options.schemas().getFirst(), options.hide());
    }

    /** The file with the embedded PostgreSQL's password; null for an existing database. */
    public @Nullable Path passwordFile() {
        return backends.passwordFile();
    }

    /** Stops everything, the gateway first and the databases last. */
    @Override
    public void close() {
        if (parts.stop()) {
            backends.close();
        }
    }
}
