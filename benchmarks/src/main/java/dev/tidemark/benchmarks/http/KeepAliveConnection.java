package dev.tidemark.benchmarks.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP/1.1 connection, one request at a time, in the caller's thread: whoever measures in
 * microseconds cannot afford a client's thread pools. It reads bodies with a Content-Length only.
 */
public final class KeepAliveConnection implements AutoCloseable {

    private static final int LINE_BYTES_MAX = 16 * 1024;

    private final URI server;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private KeepAliveConnection(URI server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /**
     * Connects.
     *
     * @param timeout of connecting, and of each answer
     */
    public static KeepAliveConnection open(URI server, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), millis);
            return new KeepAliveConnection(server, socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A GET's bytes, made once for many times.
     *
     * @param fields the lines of the head without Host
     */
    public byte[] get(String target, String... fields) {
        StringBuilder head =
                new StringBuilder(
                        "GET %s HTTP/1.1\r\nHost: %s\r\n"
                                .formatted(target, server.getRawAuthority()));
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends a request that {@link #get} made, and waits for the whole answer. */
    public Response exchange(byte[] request) throws IOException {
        long sent = System.nanoTime();
        out.write(request);
        return read(in, sent);
    }

    /** Reads an answer. */
    static Response read(InputStream in, long sentNanos) throws IOException {
        String first = line(in);
        String[] parts = first.split(" ", 3);
        if (parts.length < 2 || !parts[0].equals("HTTP/1.1") || !parts[1].matches("[0-9]{3}")) {
            throw new IOException("not a status line: " + first);
        }
        List<String> fields = new ArrayList<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            fields.add(field);
        }
        Response head = new Response(Integer.parseInt(parts[1]), fields, "", sentNanos, 0);
        String length = hasBody(head.status()) ? head.field("Content-Length") : "0";
        if (!length.matches("[0-9]{1,9}")) {
            throw new IOException("an answer without Content-Length: " + first + " " + fields);
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new EOFException("the server closed the connection within a body");
        }
        return new Response(
                head.status(),
                fields,
                new String(body, StandardCharsets.UTF_8),
                sentNanos,
                System.nanoTime());
    }

    /** RFC 9110, section 6.4.1. */
    private static boolean hasBody(int status) {
        return status != 204 && status != 304;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int b = in.read();
        while (b != '\n') {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (line.length() == LINE_BYTES_MAX) {
                throw new IOException("a line of the head is longer than " + LINE_BYTES_MAX);
            }
            line.append((char) b);
            b = in.read();
        }
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
