package dev.tidemark.benchmarks.load;

import dev.tidemark.benchmarks.measure.Latencies;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An open loop: requests are due at a steady pace, whatever became of those before them, and each
 * one's latency counts from when it was due. So whoever makes clients wait is charged for it, also
 * with what a client could not even send meanwhile (no coordinated omission).
 *
 * <p>One thread over a selector. A request that is due takes a free connection or waits for one;
 * where nothing is to be done it sleeps for some tens of microseconds, which are in the latencies
 * ({@link Outcome#lateness}): on two cores, a client that spins would be the larger part of what is
 * measured.
 */
public final class OpenLoop {

    private static final long NAP_NANOS = 10_000;

    /** After so long without an answer, the server is not one that can be measured. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

    private final URI server;
    private final int connections;

    /**
     * @param connections over which requests are sent, one at a time each
     */
    public OpenLoop(URI server, int connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * What a run gave.
     *
     * @param latencies from when each request was due until its answer was there whole
     * @param lateness from when each was due until it was sent: what the client adds itself, and
     *     what waiting for a free connection does
     * @param failures answers other than 2xx
     */
    public record Outcome(
            Latencies latencies, Latencies lateness, long requests, long failures, double seconds) {

        /** How many a second were answered. */
        public double perSecond() {
            return requests / seconds;
        }
    }

    /**
     * Sends at a rate for a while and waits for the last answer.
     *
     * @param targets asked in this order, and again from the start
     */
    public Outcome run(List<String> targets, double perSecond, Duration time) {
        List<byte[]> requests = targets.stream().map(this::request).toList();
        try (Selector selector = Selector.open()) {
            List<Lane> lanes = new ArrayList<>();
            try {
                for (int i = 0; i < connections; i++) {
                    lanes.add(new Lane(selector));
                }
                return new Run(selector, lanes, requests).run(perSecond, time);
            } finally {
                for (Lane lane : lanes) {
                    lane.channel.close();
                }
            }
        } catch (IOException e) {
            throw new MeasurementException("%s: %s".formatted(server, e.getMessage()), e);
        }
    }

    private byte[] request(String target) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                .formatted(target, server.getRawAuthority())
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A connection, and the one request that is under way on it. */
    private final class Lane {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(64 * 1024);
        private long dueNanos;

        Lane(Selector selector) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(byte[] request, long due) throws IOException {
            dueNanos = due;
            ByteBuffer out = ByteBuffer.wrap(request);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }
    }

    /** One run's state. */
    private static final class Run {
        private final Selector selector;
        private final Deque<Lane> free = new ArrayDeque<>();
        private final List<byte[]> requests;
        private final Deque<Long> waiting = new ArrayDeque<>();
        private final Latencies latencies = Latencies.fromDue();
        private final Latencies lateness = Latencies.fromDue();
        private final int lanes;
        private long answered;
        private long failures;
        private int next;

        Run(Selector selector, List<Lane> lanes, List<byte[]> requests) {
            this.selector = selector;
            this.free.addAll(lanes);
            this.lanes = lanes.size();
            this.requests = requests;
        }

        Outcome run(double perSecond, Duration time) throws IOException {
            long start = System.nanoTime();
            Pace pace = new Pace(perSecond, start);
            long due = pace.nextNanos();
            long lastAnswer = start;
            while (due - start < time.toNanos() || free.size() < lanes || !waiting.isEmpty()) {
                boolean idle = true;
                while (due - start < time.toNanos() && due - System.nanoTime() <= 0) {
                    waiting.add(due);
                    due = pace.nextNanos();
                }
                while (!waiting.isEmpty() && !free.isEmpty()) {
                    send(free.remove(), waiting.remove());
                    idle = false;
                }
                if (receive() > 0) {
                    lastAnswer = System.nanoTime();
                    idle = false;
                }
                if (System.nanoTime() - lastAnswer > SILENCE_MAX.toNanos() + 1e9 / perSecond) {
                    throw new IOException("no answer for " + SILENCE_MAX.toSeconds() + " s");
                }
                if (idle) {
                    LockSupport.parkNanos(NAP_NANOS);
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Outcome(latencies, lateness, answered, failures, seconds);
        }

        private void send(Lane lane, long due) throws IOException {
            lateness.record(Math.max(1, System.nanoTime() - due));
            lane.send(requests.get(next), due);
            next = (next + 1) % requests.size();
        }

        private int receive() throws IOException {
            return selector.selectNow(key -> read((Lane) key.attachment()));
        }

        /** A selector's action may throw nothing that is checked. */
        private void read(Lane lane) {
            try {
                if (lane.channel.read(lane.in) < 0) {
                    throw new MeasurementException("the server closed a connection");
                }
            } catch (IOException e) {
                throw new MeasurementException("a connection broke: " + e.getMessage(), e);
            }
            int status = AnswerBytes.statusIfWhole(lane.in.array(), lane.in.position());
            if (status == AnswerBytes.NOT_YET) {
                return;
            }
            latencies.record(System.nanoTime() - lane.dueNanos);
            answered++;
            if (status / 100 != 2) {
                failures++;
            }
            lane.in.clear();
            free.add(lane);
        }
    }
}
