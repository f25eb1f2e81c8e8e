package dev.tidemark.gateway.resilience;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a service listens: a literal address, or a DNS name that may stand for several instances.
 *
 * @param host without brackets
 */
public record ServiceAddress(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?:http://)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})/?");

    /**
     * Reads {@code http://host:port} or {@code host:port}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static ServiceAddress parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address: write host:port or http://host:port");
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        return new ServiceAddress(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Whether there is nothing to resolve. */
    boolean isLiteral() {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(host, port);
    }
}
