package dev.tidemark.benchmarks.peer;

import dev.tidemark.benchmarks.program.Installed;
import dev.tidemark.benchmarks.program.RunningProgram;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * NGINX as a cache in front of an origin ({@code proxy_cache}), or answering from memory. It writes
 * no access log, neither of the two compresses, and one worker runs for each processor.
 */
public final class NginxPeer implements Peer {

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(10);

    private final String name;
    private final RunningProgram program;
    private final IntFunction<String> targets;

    private NginxPeer(String name, RunningProgram program, IntFunction<String> targets) {
        this.name = name;
        this.program = program;
        this.targets = targets;
    }

    /**
     * A cache.
     *
     * @param targets what the origin has each row under
     */
    public static NginxPeer caching(URI origin, IntFunction<String> targets) {
        Path folder = Guard.ofThisJvm().newFolder("nginx-cache");
        int port = Ports.free();
        return new NginxPeer(
                "NGINX proxy_cache",
                start(
                        folder,
                        port,
                        // Time alone decides: it knows nothing of the rows, and so it keeps what it
                        // was told not to.
                        """
                            proxy_cache_path %1$s/cache levels=1:2 keys_zone=rows:64m max_size=1g inactive=1h use_temp_path=off;
                            open_file_cache max=200000 inactive=1h;
                            upstream origin { server %2$s; keepalive 64; }
                            server {
                                listen 127.0.0.1:%3$d backlog=4096;
                                location / {
                                    proxy_pass http://origin;
                                    proxy_http_version 1.1;
                                    proxy_set_header Connection "";
                                    proxy_cache rows;
                                    proxy_cache_key $request_uri;
                                    proxy_cache_valid 200 1h;
                                    proxy_cache_lock on;
                                    proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
                                    add_header X-Cache-Status $upstream_cache_status;
                                }
                            }
                        """
                                .formatted(folder, "127.0.0.1:" + origin.getPort(), port)),
                targets);
    }

    /** One body under every target. */
    public static NginxPeer fromMemory(String body) {
        if (body.contains("'") || body.contains("$") || body.contains("\\")) {
            throw new IllegalArgumentException("not for NGINX's configuration: " + body);
        }
        Path folder = Guard.ofThisJvm().newFolder("nginx-memory");
        int port = Ports.free();
        return new NginxPeer(
                "NGINX from memory",
                start(
                        folder,
                        port,
                        """
                            server {
                                listen 127.0.0.1:%1$d backlog=4096;
                                location / {
                                    default_type application/json;
                                    return 200 '%2$s';
                                }
                            }
                        """
                                .formatted(port, body)),
                row -> "/" + row);
    }

    private static RunningProgram start(Path folder, int port, String servers) {
        Path configuration = folder.resolve("nginx.conf");
        try {
            Files.writeString(
                    configuration,
                    """
                    %3$s
                    daemon off;
                    pid %1$s/nginx.pid;
                    error_log stderr warn;
                    worker_processes auto;
                    worker_rlimit_nofile 65536;
                    events { worker_connections 16384; }
                    http {
                        client_body_temp_path %1$s/body;
                        proxy_temp_path %1$s/proxy;
                        fastcgi_temp_path %1$s/fastcgi;
                        uwsgi_temp_path %1$s/uwsgi;
                        scgi_temp_path %1$s/scgi;
                        access_log off;
                        tcp_nodelay on;
                        sendfile on;
                        gzip off;
                        server_tokens off;
                        keepalive_requests 1000000000;
                    %2$s
                    }
                    """
                            .formatted(folder, servers, user()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path nginx = Installed.require("nginx", "nginx 1.22 or newer", "nginx");
        return RunningProgram.start(
                "nginx",
                List.of(nginx.toString(), "-e", "stderr", "-c", configuration.toString()),
                Map.of(),
                folder,
                port,
                READY_TIMEOUT);
    }

    /** The folder is this user's alone; workers of a server that root starts would be another's. */
    private static String user() {
        return "root".equals(System.getProperty("user.name")) ? "user root;" : "";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public URI uri() {
        return program.uri();
    }

    @Override
    public String target(int row) {
        return targets.apply(row);
    }

    @Override
    public List<Long> pids() {
        return List.of(program.pid());
    }

    @Override
    public void close() {
        program.close();
    }
}
