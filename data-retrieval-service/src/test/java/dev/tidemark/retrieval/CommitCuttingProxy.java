package dev.tidemark.retrieval;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between service and PostgreSQL and, when told to, loses a writer's connection at the worst
 * moment: just before COMMIT arrives, or when it is done and before its answer is back.
 *
 * <p>A driver may send COMMIT as a statement prepared before, so it is not known by its text: it is
 * the third message of a transaction of one statement, and the server's answer names it.
 */
final class CommitCuttingProxy implements AutoCloseable {

    /** What becomes of the next writer's COMMIT. */
    enum Cut {
        NONE,
        /** It never arrives. */
        BEFORE_COMMIT,
        /** It is done, and the connection is lost. */
        AFTER_COMMIT,
        /** It is done, and nothing more is heard. */
        SILENCE
    }

    private static final byte[] READ_WRITE = "READ WRITE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMITTED = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROLLED_BACK = "ROLLBACK\0".getBytes(StandardCharsets.US_ASCII);

    final AtomicReference<Cut> next = new AtomicReference<>(Cut.NONE);
    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final List<Link> links = new CopyOnWriteArrayList<>();

    CommitCuttingProxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Link link = new Link(listener.accept(), new Socket(host, port));
                links.add(link);
                Thread.ofVirtual().start(() -> link.pass(link.client, link.server));
                Thread.ofVirtual().start(() -> link.pass(link.server, link.client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** One connection of the service's. */
    private final class Link {

        final Socket client;
        final Socket server;

        /** Messages since the transaction began to write; -1 outside of one. */
        private final AtomicInteger messages = new AtomicInteger(-1);

        private final AtomicBoolean silent = new AtomicBoolean();

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pass(Socket from, Socket to) {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[64 * 1024];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    boolean lost =
                            from.equals(client) ? isLost(buffer, n) : isAnswerLost(buffer, n);
                    if (lost && !silent.get()) {
                        return;
                    }
                    if (!lost) {
                        out.write(buffer, 0, n);
                    }
                }
            } catch (IOException e) {
                // Either side has hung up.
            }
        }

        private boolean isLost(byte[] buffer, int length) {
            if (contains(buffer, length, READ_WRITE)) {
                messages.set(0);
            } else if (messages.get() >= 0) {
                messages.incrementAndGet();
            }
            return messages.get() == 2 && next.compareAndSet(Cut.BEFORE_COMMIT, Cut.NONE);
        }

        private boolean isAnswerLost(byte[] buffer, int length) {
            if (messages.get() >= 0 && contains(buffer, length, COMMITTED)) {
                messages.set(-1);
                if (next.compareAndSet(Cut.SILENCE, Cut.NONE)) {
                    silent.set(true);
                }
                return silent.get() || next.compareAndSet(Cut.AFTER_COMMIT, Cut.NONE);
            }
            if (contains(buffer, length, ROLLED_BACK)) {
                messages.set(-1);
            }
            return silent.get();
        }
    }

    private static boolean contains(byte[] buffer, int length, byte[] wanted) {
        for (int i = 0; i + wanted.length <= length; i++) {
            if (Arrays.equals(buffer, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Link link : links) {
            link.client.close();
            link.server.close();
        }
    }
}
