package dev.tidemark.gateway.guard;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients apart. Whose connection it is, unless that is a trusted proxy's: then whoever the
 * proxy says that it forwards for. {@code X-Forwarded-For} is read from its end, where the nearest
 * proxy writes, up to the first address that is no trusted proxy's: what is before that, anybody
 * can make up.
 */
public final class Clients {

    private static final Logger log = LoggerFactory.getLogger(Clients.class);

    private final List<IpSubnetFilterRule> trustedProxies;
    private final AtomicBoolean warned = new AtomicBoolean();

    Clients(List<String> trustedProxies) {
        this.trustedProxies = trustedProxies.stream().map(Clients::network).toList();
    }

    /**
     * An address, or a network as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static IpSubnetFilterRule network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        if (parsed == null) {
            throw new IllegalArgumentException(
                    "an address or a network such as 10.0.0.0/8 is expected, not " + text);
        }
        int bits = 8 * parsed.getAddress().length;
        try {
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > bits) {
                throw new NumberFormatException(text);
            }
            return new IpSubnetFilterRule(parsed, prefix, IpFilterRuleType.ACCEPT);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the prefix of " + text + " must be from 0 to " + bits, e);
        }
    }

    /**
     * Who asks.
     *
     * @param peer whose connection it is; null if that is not known
     * @param forwardedFor the values of {@code X-Forwarded-For}
     */
    public Client of(@Nullable InetSocketAddress peer, List<String> forwardedFor) {
        if (peer == null || peer.getAddress() == null) {
            return Client.UNKNOWN;
        }
        InetAddress client = peer.getAddress();
        if (forwardedFor.isEmpty()) {
            return Client.of(client);
        }
        if (!isTrusted(client)) {
            warnOnce(client);
            return Client.of(client);
        }
        List<String> hops = new ArrayList<>();
        forwardedFor.forEach(value -> hops.addAll(Arrays.asList(value.split(",", -1))));
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            InetAddress hop = address(hops.get(i).strip());
            if (hop == null) {
                break;
            }
            client = hop;
        }
        return Client.of(client);
    }

    private boolean isTrusted(InetAddress address) {
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return trustedProxies.stream().anyMatch(network -> network.matches(socket));
    }

    private void warnOnce(InetAddress proxy) {
        if (warned.compareAndSet(false, true)) {
            log.warn(
                    "{} sends X-Forwarded-For, which is not believed: if that is your load balancer,"
                            + " all its clients count as one until tidemark.guard.trusted-proxies"
                            + " names it",
                    proxy.getHostAddress());
        }
    }

    /** With a port or in brackets too; null for what is no address. */
    private static @Nullable InetAddress address(String hop) {
        String text = hop;
        if (text.startsWith("[")) {
            text = text.substring(1, Math.max(1, text.indexOf(']')));
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            text = text.substring(0, text.indexOf(':'));
        }
        return NetUtil.createInetAddressFromIpAddressString(text);
    }
}
