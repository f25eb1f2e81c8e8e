package dev.tidemark.quickstart.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of one suite that were started. They stop in the order of the picture, from the clients
 * inwards, so that nobody meets a service whose backend is gone.
 */
final class Parts {
    /** A little more than the services give their own requests in flight. */
    private static final Duration SERVICE_STOP_GRACE = Duration.ofSeconds(25);

    private static final Duration DATABASE_STOP_GRACE = Duration.ofSeconds(30);

    /** The last one started is the first. */
    private final List<Part> parts = new ArrayList<>();

    private boolean closed;

    /**
     * Adds one that was just started; where all is being stopped already, it is stopped at once.
     */
    void add(Part part) {
        synchronized (parts) {
            parts.addFirst(part);
            if (closed) {
                part.stop(Duration.ZERO);
                throw new StartException("stopped while starting");
            }
        }
    }

    List<Part> all() {
        synchronized (parts) {
            return List.copyOf(parts);
        }
    }

    Part named(String name) {
        return all().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this suite has no " + name));
    }

    /** Stops all of them, the gateways first and the databases last; false if that was done. */
    boolean stop() {
        synchronized (parts) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        List<Part> all = all();
        for (String module : List.of(Service.GATEWAY, Service.CACHE, Service.ORIGIN)) {
            stop(
                    all.stream()
                            .filter(part ->
                                    part.name().equals(module)
                                            || part.name().startsWith(module + "-"))
                            .toList(),
                    SERVICE_STOP_GRACE);
        }
        stop(all, DATABASE_STOP_GRACE);
        return true;
    }

    private static void stop(List<Part> some, Duration grace) {
        SideBySide.run(some.stream().<Runnable>map(part -> () -> part.stop(grace)).toList());
    }
}
