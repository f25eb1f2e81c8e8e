package dev.tidemark.gateway.fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** A client that sends exactly what it is told to, as no proper client would. */
public final class RawHttp {

    private final int port;

    public RawHttp(int port) {
        this.port = port;
    }

    public Response get(String target, String... headers) {
        return send("GET", target, headers);
    }

    /** One request on a connection of its own. */
    public Response send(String method, String target, String... headers) {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request(method, target, headers));
            return response(method, new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request with a body, on a connection of its own. */
    public Response write(String method, String target, String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Length: " + bytes.length;
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request(method, target, all));
            socket.getOutputStream().write(bytes);
            return response(method, new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection on which nothing was sent. */
    public Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    public static byte[] request(String method, String target, String... headers) {
        StringBuilder request = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\n");
        request.append("Host: localhost\r\nConnection: close\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Response response(String method, InputStream in) throws IOException {
        Response response = next(method, in);
        // Where no body belongs, there may be none.
        byte[] more = isBare(method, response.status()) ? in.readAllBytes() : new byte[0];
        return more.length == 0
                ? response
                : new Response(
                        response.status(),
                        response.headers(),
                        new String(more, StandardCharsets.ISO_8859_1));
    }

    private static boolean isBare(String method, int status) {
        return method.equals("HEAD") || status == 304 || status == 204;
    }

    /** The next response on a connection, to a request of this method. */
    public static Response next(String method, InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).substring(9, 12));
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon),
                    line.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        byte[] body = isBare(method, status) ? new byte[0] : body(in, headers);
        boolean gzip = headers.containsKey("Content-Encoding");
        return new Response(
                status,
                headers,
                new String(body, gzip ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (!"chunked".equals(headers.get("Transfer-Encoding"))) {
            return bytes(in, Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(in); size > 0; size = chunk(in)) {
            body.write(bytes(in, size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static byte[] bytes(InputStream in, int wanted) throws IOException {
        byte[] bytes = in.readNBytes(wanted);
        if (bytes.length < wanted) {
            throw new IOException("the body ends after " + bytes.length + " bytes of " + wanted);
        }
        return bytes;
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the response ends early: " + line);
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * A response; fields of one name are joined by commas.
     *
     * @param body as it was sent: if it is coded, a character for each byte
     */
    public record Response(int status, Map<String, String> headers, String body) {

        private static final List<String> OF_THE_MOMENT =
                List.of(
                        "Age",
                        "Cache-Status",
                        "Date",
                        "Server-Timing",
                        "Tidemark-Staleness",
                        "Tidemark-Token",
                        "traceresponse");

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** The body, unpacked. */
        public String content() {
            if (!header("Content-Encoding").equals("gzip")) {
                return body;
            }
            byte[] packed = body.getBytes(StandardCharsets.ISO_8859_1);
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The same without what differs from moment to moment. */
        public Response lasting() {
            Map<String, String> lasting = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            lasting.putAll(headers);
            OF_THE_MOMENT.forEach(lasting::remove);
            return new Response(status, lasting, body);
        }
    }
}
