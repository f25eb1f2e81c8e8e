package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.quickstart.redis.RedisOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the services of a suite stand on: the Redis Cluster, and the database, either an embedded
 * one or the user's own.
 */
final class Backends {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

    private final SuiteOptions options;
    private final Progress progress;
    private final Path logs;
    private final Parts parts;

    private volatile @Nullable PostgresServer postgres;
    private volatile @Nullable RedisCluster redis;
    private volatile @Nullable PostgresAddress database;

    Backends(SuiteOptions options, Progress progress, Path logs, Parts parts) {
        this.options = options;
        this.progress = progress;
        this.logs = logs;
        this.parts = parts;
    }

    /** Starts both side by side, and returns when both are ready. */
    void start() {
        SideBySide.run(
                List.of(
                        () -> progress.timed("Redis Cluster", this::startRedis),
                        () -> {
                            if (options.database() == null) {
                                progress.timed("PostgreSQL", this::startPostgres);
                                progress.timed("Database", this::fillDatabase);
                            } else {
                                database = options.database();
                            }
                        }));
    }

    private String startRedis() {
        var secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        RedisCluster cluster =
                RedisCluster.start(
                        RedisOptions.defaults()
                                .withPassword(HexFormat.of().formatHex(secret))
                                .withLogDirectory(logs)
                                .withProgram(options.redisProgram()));
        redis = cluster;
        for (RedisNode node : cluster.nodes()) {
            add(
                    "Redis node " + node,
                    node.process(),
                    () -> {
                        cluster.restart(node);
                        return node.process();
                    },
                    () -> node.process().isAlive());
        }
        return "6 nodes";
    }

    private String startPostgres() {
        PostgresOptions wanted = PostgresOptions.temporary().withLog(logs.resolve("postgres.log"));
        Path data = options.dataDirectory();
        PostgresServer server =
                PostgresServer.start(data == null ? wanted : wanted.withDataDirectory(data));
        postgres = server;
        add(
                "PostgreSQL",
                server.process(),
                () -> {
                    server.restart();
                    return server.process();
                },
                () -> server.process().isAlive());
        return server.host() + ":" + server.port();
    }

    private void add(
            String name,
            ChildProcess process,
            Supplier<ChildProcess> again,
            BooleanSupplier readiness) {
        var part = new Part(name, process, again, readiness, READY_TIMEOUT, progress::notice);
        parts.add(part);
        part.supervise();
    }

    private String fillDatabase() {
        PostgresServer server = required(postgres);
        String what = EmbeddedDatabase.fill(server, options.dump(), progress::notice);
        PostgresAddress address = server.address(EmbeddedDatabase.NAME);
        Catalogue.of(address).requireServed(options.schemas(), options.hide());
        database = address;
        return what;
    }

    PostgresAddress database() {
        return required(database);
    }

    RedisCluster redis() {
        return required(redis);
    }

    /** The file with the embedded PostgreSQL's password; null for an existing database. */
    @Nullable Path passwordFile() {
        PostgresServer server = postgres;
        return server == null ? null : server.passwordFile();
    }

    /** Once nothing runs any more. */
    void close() {
        RedisCluster cluster = redis;
        if (cluster != null) {
            cluster.close();
        }
        PostgresServer server = postgres;
        if (server != null) {
            server.close();
        }
    }

    private static <T> T required(@Nullable T backend) {
        if (backend == null) {
            throw new IllegalStateException("not there in this suite");
        }
        return backend;
    }
}
