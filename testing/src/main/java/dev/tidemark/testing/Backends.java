package dev.tidemark.testing;

/**
 * The real servers that tests run against: started when first asked for, shared by all tests of the
 * JVM, gone with the JVM.
 *
 * <p>{@code -Dtidemark.backends=embedded} (the default) starts programs, {@code containers} starts
 * images through Testcontainers.
 */
public final class Backends {
    private static final class PostgresHolder {
        static final PostgresBackend POSTGRES =
                inContainers() ? new ContainerPostgresBackend() : new EmbeddedPostgresBackend();
    }

    private static final class RedisHolder {
        static final RedisBackend REDIS =
                inContainers() ? new ContainerRedisBackend() : new EmbeddedRedisBackend();
    }

    private static final String PROPERTY = "tidemark.backends";

    private Backends() {}

    private static boolean inContainers() {
        String way = System.getProperty(PROPERTY, "embedded");
        return switch (way) {
            case "embedded" -> false;
            case "containers" -> true;
            default ->
                    throw new IllegalStateException(
                            "-D%s=%s: embedded or containers".formatted(PROPERTY, way));
        };
    }

    /** The PostgreSQL of this JVM. */
    public static PostgresBackend postgres() {
        return PostgresHolder.POSTGRES;
    }

    /** The Redis Cluster of this JVM. */
    public static RedisBackend redisCluster() {
        return RedisHolder.REDIS;
    }
}
