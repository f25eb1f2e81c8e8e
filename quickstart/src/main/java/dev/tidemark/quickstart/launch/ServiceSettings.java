package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.process.SecretFile;
import dev.tidemark.quickstart.redis.RedisCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What each service is told: where its backends are, and nothing that it would not be told in
 * production too.
 *
 * @param folder for the files with passwords
 */
record ServiceSettings(Path folder) {
    /**
     * @param replication where changes are captured from; null for the way of reads
     * @param replicas standbys that may answer reads, all with one password
     * @param temporarySlot whether the replication slot must not outlive its reader: on a database
     *     that goes on when the suite is stopped, a slot that stays would keep WAL until the disk
     *     is full
     */
    Map<String, String> origin(
            PostgresAddress database,
            @Nullable PostgresAddress replication,
            List<PostgresAddress> replicas,
            List<String> schemas,
            List<String> hide,
            List<String> writable,
            List<Integer> cachePorts,
            boolean temporarySlot) {
        var settings = new HashMap<String, String>();
        settings.putAll(address("database", database));
        if (replication != null) {
            settings.putAll(address("replication", replication));
        }
        for (int i = 0; i < replicas.size(); i++) {
            settings.put(
                    "tidemark.database.read-urls[" + i + "]", replicas.get(i).urlWithoutPassword());
            String password = replicas.get(i).password();
            if (password != null) {
                settings.put(
                        "tidemark.database.read-password-file", secret("read-password", password));
            }
        }
        settings.put("tidemark.schemas", String.join(",", schemas));
        settings.put("tidemark.hide", String.join(",", hide));
        settings.put("tidemark.writable", String.join(",", writable));
        settings.put("tidemark.cache.addresses", addresses(cachePorts));
        settings.put("tidemark.change.temporary", Boolean.toString(temporarySlot));
        return settings;
    }

    /** The URL without its password, and the file that has it. */
    private Map<String, String> address(String which, PostgresAddress address) {
        var settings = new HashMap<String, String>();
        settings.put("tidemark." + which + ".url", address.urlWithoutPassword());
        String password = address.password();
        if (password != null) {
            settings.put(
                    "tidemark." + which + ".password-file", secret(which + "-password", password));
        }
        return settings;
    }

    Map<String, String> cache(RedisCluster redis, List<Integer> originPorts) {
        var settings = new HashMap<String, String>();
        settings.put("tidemark.redis.nodes", String.join(",", redis.addresses()));
        settings.put("tidemark.origin.addresses", addresses(originPorts));
        String password = redis.password();
        if (password != null) {
            settings.put("tidemark.redis.password-file", secret("redis-password", password));
        }
        return settings;
    }

    /** All gateways must agree on what makes a token genuine. */
    Map<String, String> gateway(List<Integer> originPorts, List<Integer> cachePorts) {
        return Map.of(
                "tidemark.origin.addresses", addresses(originPorts),
                "tidemark.cache.addresses", addresses(cachePorts),
                "tidemark.token.key-file", tokenKey());
    }

    private String tokenKey() {
        Path file = folder.resolve("token-key");
        if (Files.exists(file)) {
            return file.toString();
        }
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return secret("token-key", HexFormat.of().formatHex(key));
    }

    private static String addresses(List<Integer> ports) {
        return ports.stream()
                .map(port -> "http://" + SuiteOptions.LOOPBACK + ":" + port)
                .collect(Collectors.joining(","));
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
