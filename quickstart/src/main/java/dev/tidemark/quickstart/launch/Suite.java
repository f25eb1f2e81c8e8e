package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.load.DumpFile;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.quickstart.redis.RedisOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A running suite. Everything is checked before anything is started; then the databases start side
 * by side, then the services, which need the databases' addresses. Parts that end are started
 * again. It stops in the order of the picture, from the clients inwards, so that nobody meets a
 * service whose backend is gone.
 */
public final class Suite implements AutoCloseable {
    private static final Duration SERVICE_READY_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration DATABASE_READY_TIMEOUT = Duration.ofSeconds(60);

    /** A little more than the services give their own requests in flight. */
    private static final Duration SERVICE_STOP_GRACE = Duration.ofSeconds(25);

    private static final Duration DATABASE_STOP_GRACE = Duration.ofSeconds(30);

    private final SuiteOptions options;
    private final Progress progress;
    private final Path folder;
    private final Path logs;
    private final int port;

    /** The last one started is the first. */
    private final List<Part> parts = new ArrayList<>();

    private final Map<String, URI> managementUris = new ConcurrentHashMap<>();
    private final Map<String, URI> serviceUris = new ConcurrentHashMap<>();
    private volatile List<Integer> gatewayPorts = List.of();
    private boolean closed;
    private volatile @Nullable PostgresServer postgres;
    private volatile @Nullable RedisCluster redis;
    private volatile @Nullable PostgresAddress database;

    private Suite(SuiteOptions options, Progress progress, Path logs, int port) {
        this.options = options;
        this.progress = progress;
        this.folder = Guard.ofThisJvm().newFolder("suite");
        this.logs = logs;
        this.port = port;
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
            new Service(name, name, options.home(), 0, Map.of(), List.of()).requireBuilt();
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
        SideBySide.run(
                List.of(
                        () -> timed("Redis Cluster", this::startRedis),
                        () -> {
                            if (options.database() == null) {
                                timed("PostgreSQL", this::startPostgres);
                                timed("Database", this::fillDatabase);
                            } else {
                                database = options.database();
                            }
                        }));
        startServices();
    }

    private String startRedis() {
        var secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        RedisCluster cluster =
                RedisCluster.start(
                        RedisOptions.defaults()
                                .withPassword(HexFormat.of().formatHex(secret))
                                .withLogDirectory(logs));
        redis = cluster;
        for (RedisNode node : cluster.nodes()) {
            Supplier<ChildProcess> again =
                    () -> {
                        cluster.restart(node);
                        return node.process();
                    };
            addStarted(
                    new Part(
                            "Redis node " + node,
                            node.process(),
                            again,
                            () -> node.process().isAlive(),
                            DATABASE_READY_TIMEOUT,
                            progress::notice));
        }
        return "6 nodes";
    }

    private String startPostgres() {
        PostgresOptions wanted = PostgresOptions.temporary().withLog(logs.resolve("postgres.log"));
        Path data = options.dataDirectory();
        PostgresServer server =
                PostgresServer.start(data == null ? wanted : wanted.withDataDirectory(data));
        postgres = server;
        Supplier<ChildProcess> again =
                () -> {
                    server.restart();
                    return server.process();
                };
        addStarted(
                new Part(
                        "PostgreSQL",
                        server.process(),
                        again,
                        () -> server.process().isAlive(),
                        DATABASE_READY_TIMEOUT,
                        progress::notice));
        return server.host() + ":" + server.port();
    }

    private String fillDatabase() {
        PostgresServer server = required(postgres);
        String what = EmbeddedDatabase.fill(server, options.dump(), progress::notice);
        PostgresAddress address = server.address(EmbeddedDatabase.NAME);
        Catalogue.of(address).requireServed(options.schemas(), options.hide());
        database = address;
        return what;
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
                        module,
                        name,
                        options.home(),
                        managementPort,
                        properties,
                        options.jvmOptions());
        Supplier<ChildProcess> launcher = () -> service.start(folder, logs.resolve(name + ".log"));
        var part =
                new Part(
                        name,
                        launcher.get(),
                        launcher,
                        service::isReady,
                        SERVICE_READY_TIMEOUT,
                        progress::notice);
        add(part);
        serviceUris.put(name, baseUri(servicePort));
        managementUris.put(
                name, URI.create("http://%s:%d".formatted(SuiteOptions.LOOPBACK, managementPort)));
        return () -> {
            part.awaitFirstReady();
            progress.done(name, host + ":" + servicePort, since(start));
        };
    }

    private void timed(String what, Supplier<String> work) {
        long start = System.nanoTime();
        String detail = work.get();
        progress.done(what, detail, since(start));
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private void addStarted(Part part) {
        add(part);
        part.supervise();
    }

    private void add(Part part) {
        synchronized (parts) {
            parts.addFirst(part);
            if (closed) {
                part.stop(Duration.ZERO);
                throw new StartException("stopped while starting");
            }
        }
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
        return part(Service.GATEWAY);
    }

    public Part cacheService() {
        return part(Service.CACHE);
    }

    /** The data-retrieval-service. */
    public Part origin() {
        return part(Service.ORIGIN);
    }

    /** The embedded PostgreSQL; there is none when the suite serves an existing database. */
    public Part postgres() {
        return part("PostgreSQL");
    }

    private Part part(String name) {
        return parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this suite has no " + name));
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
        synchronized (parts) {
            return List.copyOf(parts);
        }
    }

    /** The served database, as the suite connects to it. */
    public PostgresAddress database() {
        return required(database);
    }

    /** The embedded Redis Cluster. */
    public RedisCluster redis() {
        return required(redis);
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
        PostgresServer server = postgres;
        return server == null ? null : server.passwordFile();
    }

    /** Stops everything, the gateway first and the databases last. */
    @Override
    public void close() {
        synchronized (parts) {
            if (closed) {
                return;
            }
            closed = true;
        }
        List<Part> all = parts();
        for (String module : List.of(Service.GATEWAY, Service.CACHE, Service.ORIGIN)) {
            SideBySide.run(
                    all.stream()
                            .filter(part ->
                                    part.name().equals(module)
                                            || part.name().startsWith(module + "-"))
                            .<Runnable>map(part -> () -> part.stop(SERVICE_STOP_GRACE))
                            .toList());
        }
        SideBySide.run(
                all.stream().<Runnable>map(part -> () -> part.stop(DATABASE_STOP_GRACE)).toList());
        RedisCluster cluster = redis;
        if (cluster != null) {
            cluster.close();
        }
        PostgresServer server = postgres;
        if (server != null) {
            server.close();
        }
    }

    private static <T> T required(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not there in this suite");
        }
        return part;
    }
}
