package dev.tidemark.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy in front of one server that does to its connections what networks do: delays bytes,
 * swallows them, tears connections down, or lets one side believe in what the other has forgotten.
 *
 * <p>A fault holds for connections that are open and for those to come, until the next one is set.
 * Bytes that are swallowed are not lost while {@link Fault#PARTITIONED}: TCP would send them again,
 * so they arrive when the network is whole.
 */
public final class FaultProxy implements AutoCloseable {

    /** What the network is like. */
    public enum Fault {
        /** Bytes pass. */
        NONE,
        /** Nothing arrives in either direction, and nobody is told; new connections hang too. */
        PARTITIONED,
        /** Open connections are reset, new ones as soon as they are accepted. */
        RESET,
        /** What the server says never arrives; it gets what the client sends. */
        HALF_OPEN
    }

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Fault fault = Fault.NONE;
    private long latencyNanos;
    private boolean closed;

    private FaultProxy(ServerSocket listener, InetSocketAddress target) {
        this.listener = listener;
        this.target = target;
    }

    /** Starts one in front of a server on this machine. */
    public static FaultProxy before(int port) {
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            FaultProxy proxy =
                    new FaultProxy(
                            new ServerSocket(0, 1_024, loopback),
                            new InetSocketAddress(loopback, port));
            Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on. */
    public void set(Fault wanted) {
        lock.lock();
        try {
            fault = wanted;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (wanted == Fault.RESET) {
            sockets.forEach(FaultProxy::reset);
        }
    }

    /**
     * From now on, of each portion of bytes in each direction.
     *
     * @param latency one way; not negative
     */
    public void delay(Duration latency) {
        lock.lock();
        try {
            latencyNanos = latency.toNanos();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("fault-proxy").start(() -> connect(client));
            } catch (IOException e) {
                // Closed, or a client that has gone again: the next round tells.
            }
        }
    }

    private void connect(Socket client) {
        sockets.add(client);
        try (client;
                Socket server = new Socket()) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            if (!passes(true)) {
                reset(client);
                return;
            }
            server.connect(target, CONNECT_TIMEOUT_MILLIS);
            sockets.add(server);
            try {
                Thread back =
                        Thread.ofVirtual()
                                .name("fault-proxy")
                                .start(() -> pump(server, client, false));
                pump(client, server, true);
                back.join();
            } finally {
                sockets.remove(server);
            }
        } catch (IOException e) {
            // The server is not there: what a client sees of that is a connection that ends.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private void pump(Socket from, Socket to, boolean toServer) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!passes(toServer)) {
                    break;
                }
                out.write(buffer, 0, length);
            }
            if (passes(toServer)) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            // One side is gone, so the other has to go; with the same abruptness.
            reset(from);
            reset(to);
        }
    }

    /** Returns when bytes may go on in this direction; false if their connection is to end. */
    private boolean passes(boolean toServer) {
        lock.lock();
        try {
            long due = System.nanoTime() + latencyNanos;
            while (!closed) {
                if (fault == Fault.RESET) {
                    return false;
                }
                boolean held =
                        fault == Fault.PARTITIONED || (fault == Fault.HALF_OPEN && !toServer);
                long left = due - System.nanoTime();
                if (!held && left <= 0) {
                    return true;
                }
                if (held) {
                    changed.await();
                } else {
                    var _ = changed.await(left, TimeUnit.NANOSECONDS);
                }
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a connection with RST instead of FIN. */
    private static void reset(Socket socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(FaultProxy::reset);
    }
}
