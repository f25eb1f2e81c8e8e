package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.process.SecretFile;
import dev.tidemark.quickstart.redis.RedisCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each service is told: where its backends are, and nothing that it would not be told in
 * production too.
 *
 * @param folder for the files with passwords
 */
record ServiceSettings(Path folder) {
    Map<String, String> origin(
            PostgresAddress database,
            List<String> schemas,
            List<String> hide,
            List<String> writable) {
        var settings = new HashMap<String, String>();
        settings.put("tidemark.database.url", database.urlWithoutPassword());
        String password = database.password();
        if (password != null) {
            settings.put("tidemark.database.password-file", secret("database-password", password));
        }
        settings.put("tidemark.schemas", String.join(",", schemas));
        settings.put("tidemark.hide", String.join(",", hide));
        settings.put("tidemark.writable", String.join(",", writable));
        return settings;
    }

    Map<String, String> cache(RedisCluster redis) {
        var settings = new HashMap<String, String>();
        settings.put("tidemark.redis.nodes", String.join(",", redis.addresses()));
        String password = redis.password();
        if (password != null) {
            settings.put("tidemark.redis.password-file", secret("redis-password", password));
        }
        return settings;
    }

    static Map<String, String> gateway(int originPort, int cachePort) {
        return Map.of(
                "tidemark.origin.addresses", "http://127.0.0.1:" + originPort,
                "tidemark.cache.addresses", "http://127.0.0.1:" + cachePort);
    }

    /**
     * Where any service listens, and how it logs: for people, who read the logs here, not for a
     * collector.
     */
    static Map<String, String> common(String host, int port, int managementPort) {
        return Map.of(
                "server.address",
                host,
                "server.port",
                Integer.toString(port),
                "management.server.address",
                SuiteOptions.LOOPBACK,
                "management.server.port",
                Integer.toString(managementPort),
                "logging.structured.format.console",
                "",
                "spring.main.banner-mode",
                "off");
    }

    private String secret(String name, String content) {
        try {
            return SecretFile.write(folder.resolve(name), content + "\n").toString();
        } catch (IOException e) {
            throw new StartException("cannot write to %s: %s".formatted(folder, e.getMessage()), e);
        }
    }
}
