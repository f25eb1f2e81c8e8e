package dev.tidemark.quickstart.redis;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks as much of the Redis protocol (RESP2) as it takes to set up, watch and
 * fill a node.
 */
public final class RespConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    public RespConnection(String host, int port, @Nullable String password) throws IOException {
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = new BufferedOutputStream(socket.getOutputStream());
            if (password != null) {
                call("AUTH", password);
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sends a command and returns its reply as text; an error reply is an {@link IOException}, a
     * missing value the empty string.
     */
    public String call(String... command) throws IOException {
        return text(reply(command));
    }

    private Reply reply(String... command) throws IOException {
        write("*" + command.length);
        for (String part : command) {
            write("$" + part.getBytes(StandardCharsets.UTF_8).length);
            write(part);
        }
        out.flush();
        return read();
    }

    private void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\r');
        out.write('\n');
    }

    private Reply read() throws IOException {
        int type = in.read();
        String line = readLine();
        return switch (type) {
            case '+', ':' -> new Text(line);
            case '-' -> throw new IOException(line);
            case '$' -> new Text(readBulk(Integer.parseInt(line)));
            case '*' -> {
                var parts = new ArrayList<Reply>();
                for (int i = Integer.parseInt(line); i > 0; i--) {
                    parts.add(read());
                }
                yield new Parts(parts);
            }
            case -1 -> throw new EOFException("connection closed by Redis");
            default -> throw new IOException("no reply of Redis: " + (char) type + line);
        };
    }

    private String readBulk(int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("connection closed by Redis");
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\r' && c != -1; c = in.read()) {
            line.append((char) c);
        }
        int end = in.read();
        return end == -1 && line.isEmpty() ? "" : line.toString();
    }

    private static String text(Reply reply) {
        return switch (reply) {
            case Text(String value) -> value;
            case Parts(List<Reply> values) ->
                    String.join("\n", values.stream().map(RespConnection::text).toList());
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private sealed interface Reply {}

    private record Text(String value) implements Reply {}

    private record Parts(List<Reply> values) implements Reply {}
}
