package dev.tidemark.cache.feed;

import dev.tidemark.cache.invalidation.LogReplica;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.wire.MalformedException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Asks every instance of the origin, again and again, up to where the log is complete; the one that
 * holds the replication slot knows.
 */
final class OriginCompleteness implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OriginCompleteness.class);

    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    /** For how long one that does not know is left alone. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final List<URI> addresses;
    private final LogReplica replica;
    private final HttpClient http;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("origin-completeness").factory());

    /** By when an address is asked again; one is under way while that is far off. */
    private final Map<URI, Long> askAtNanos = new ConcurrentHashMap<>();

    /** Who knew last. */
    private volatile Optional<URI> holder = Optional.empty();

    private volatile boolean running;

    OriginCompleteness(List<URI> addresses, LogReplica replica) {
        this.addresses = addresses;
        this.replica = replica;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT)
                        .build();
    }

    /** The instance that holds the replication slot, as far as is known. */
    Optional<URI> holder() {
        return holder;
    }

    @Override
    public void start() {
        running = true;
        var _ =
                timer.scheduleAtFixedRate(
                        this::askAll, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void askAll() {
        try {
            Set<URI> instances = new HashSet<>();
            addresses.forEach(address -> instances.addAll(instances(address)));
            askAtNanos.keySet().retainAll(instances);
            instances.forEach(this::askIfDue);
        } catch (RuntimeException e) {
            // The timer would never call again.
            log.error("The origin could not be asked how complete the log is", e);
        }
    }

    /** All that a name stands for; the JDK remembers for some seconds. */
    private static List<URI> instances(URI address) {
        try {
            return Arrays.stream(InetAddress.getAllByName(address.getHost()))
                    .map(instance -> uri(instance, address.getPort()))
                    .toList();
        } catch (UnknownHostException e) {
            log.debug("{} is not known", address, e);
            return List.of();
        }
    }

    private static URI uri(InetAddress instance, int port) {
        String host = instance.getHostAddress();
        return URI.create(
                "http://%s:%d/internal/v1/completeness"
                        .formatted(host.contains(":") ? "[" + host + "]" : host, port));
    }

    private void askIfDue(URI instance) {
        long now = System.nanoTime();
        Long askAt = askAtNanos.get(instance);
        if (askAt != null && now - askAt < 0) {
            return;
        }
        // Its answer or its timeout comes before.
        askAtNanos.put(instance, now + 2 * TIMEOUT.toNanos());
        var _ =
                http.sendAsync(
                                HttpRequest.newBuilder(instance).timeout(TIMEOUT).build(),
                                BodyHandlers.ofByteArray())
                        .handle((response, failure) -> {
                            boolean knows = knows(response, failure, now);
                            if (knows) {
                                holder = Optional.of(instance);
                            }
                            askAtNanos.replace(
                                    instance, System.nanoTime() + (knows ? 0 : REST.toNanos()));
                            return null;
                        });
    }

    private boolean knows(
            @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure, long askedNanos) {
        if (response == null || response.statusCode() != 200) {
            log.trace("An instance of the origin does not know how complete the log is", failure);
            return false;
        }
        try {
            replica.answered(
                    LogCodec.decodeCompleteness(ByteBuffer.wrap(response.body())), askedNanos);
            return true;
        } catch (MalformedException e) {
            log.warn("An answer of the origin is malformed: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void stop() {
        running = false;
        timer.shutdownNow();
        http.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
