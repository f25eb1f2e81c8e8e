package dev.tidemark.gateway.resilience;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances behind a list of addresses, in turn. A name is resolved again every few seconds
 * ({@link #refresh()}), so instances may come and go; one that stays keeps its client and breaker.
 *
 * <p>Until a name has been resolved once, it stands for one instance and Netty resolves it when it
 * connects: nobody has to be there for the gateway to start.
 */
public final class Instances<T> {

    private static final Logger log = LoggerFactory.getLogger(Instances.class);

    /** Finds the addresses of a name; blocks. */
    @FunctionalInterface
    public interface Resolver {

        Resolver JDK = InetAddress::getAllByName;

        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private final List<ServiceAddress> addresses;
    private final Function<InetSocketAddress, T> client;
    private final Resolver resolver;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<ServiceAddress, List<InetSocketAddress>> lastResolved = new HashMap<>();
    private volatile Map<InetSocketAddress, T> current;

    /**
     * @param client makes the client of one instance
     */
    public Instances(
            List<ServiceAddress> addresses,
            Function<InetSocketAddress, T> client,
            Resolver resolver) {
        this.addresses = List.copyOf(addresses);
        this.client = client;
        this.resolver = resolver;
        Map<InetSocketAddress, T> initial = new LinkedHashMap<>();
        for (ServiceAddress address : addresses) {
            InetSocketAddress socket = literal(address);
            initial.computeIfAbsent(socket, client);
        }
        this.current = initial;
    }

    private static InetSocketAddress literal(ServiceAddress address) {
        return address.isLiteral()
                ? new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port())
                : address.unresolved();
    }

    /** Whether there is any name to resolve. */
    public boolean haveNames() {
        return !addresses.stream().allMatch(ServiceAddress::isLiteral);
    }

    /** Resolves all names again. Blocks. A name that cannot be resolved keeps what it had. */
    public synchronized void refresh() {
        Map<InetSocketAddress, T> before = current;
        Map<InetSocketAddress, T> after = new LinkedHashMap<>();
        for (ServiceAddress address : addresses) {
            for (InetSocketAddress socket : resolve(address)) {
                T known = before.get(socket);
                after.put(socket, known == null ? client.apply(socket) : known);
            }
        }
        if (!after.keySet().equals(before.keySet())) {
            log.info("The instances of {} are now {}", addresses, after.keySet());
        }
        current = after;
    }

    private List<InetSocketAddress> resolve(ServiceAddress address) {
        if (address.isLiteral()) {
            return List.of(literal(address));
        }
        try {
            List<InetSocketAddress> sockets = new ArrayList<>();
            for (InetAddress inet : resolver.resolve(address.host())) {
                // Without the name, so that each instance is called by what tells it apart.
                InetAddress nameless = InetAddress.getByAddress(inet.getAddress());
                sockets.add(new InetSocketAddress(nameless, address.port()));
            }
            lastResolved.put(address, sockets);
            return sockets;
        } catch (UnknownHostException e) {
            return lastResolved.getOrDefault(address, List.of(address.unresolved()));
        }
    }

    /** All instances, beginning with the one whose turn it is. */
    public List<T> inTurn() {
        List<T> all = new ArrayList<>(current.values());
        if (all.size() > 1) {
            Collections.rotate(all, -Math.floorMod(turn.getAndIncrement(), all.size()));
        }
        return all;
    }
}
