package dev.tidemark.retrieval.database;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;

/**
 * Makes sockets that are read through a {@link GatheringInputStream}. Public because pgjdbc makes
 * it, by its name.
 */
public final class GatheringSocketFactory extends SocketFactory {

    private static final class GatheringSocket extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new GatheringInputStream(
                    super.getInputStream(), System::nanoTime, LockSupport::parkNanos);
        }
    }

    @Override
    public Socket createSocket() {
        return new GatheringSocket();
    }

    private static Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = new GatheringSocket();
        socket.connect(to);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("a local address cannot be chosen");
    }

    @Override
    public Socket createSocket(
            InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("a local address cannot be chosen");
    }
}
