package dev.tidemark.quickstart.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds ports on the loopback interface that nothing listens on. */
public final class Ports {
    /**
     * Below what Linux (32768) and macOS (49152) hand to outgoing connections, so that a port stays
     * free between the check and its use.
     */
    private static final int FIRST = 10_000;

    /**
     * A Redis Cluster node needs this port plus 10,000 as well, which has to stay below the same
     * limit.
     */
    private static final int LAST = 22_000;

    private static final int ATTEMPTS = 1_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What others of this JVM were given, and may not listen on yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A free port, which is never given again in this JVM. */
    public static int free() {
        return free(0);
    }

    /** A free port whose neighbour at a distance is free too. */
    public static int free(int distance) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = RANDOM.nextInt(FIRST, LAST);
            if (take(port) && (distance == 0 || take(port + distance))) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
    }

    private static boolean take(int port) {
        return GIVEN.add(port) && isFree(port);
    }

    /** Whether a server could listen on a port of the loopback interface now. */
    public static boolean isFree(int port) {
        return isFree(InetAddress.getLoopbackAddress(), port);
    }

    /** Whether a server could listen on a port of an address now. */
    public static boolean isFree(InetAddress address, int port) {
        try (var socket = new ServerSocket()) {
            // As servers do: a connection in TIME_WAIT does not take the port.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
