package dev.tidemark.gateway.guard;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Who asks, as far as addresses tell: an IPv4 address, or the first half of an IPv6 address, since
 * whoever has one of those has all that begin so.
 */
public record Client(String name) {

    /** One whose address is not known. */
    public static final Client UNKNOWN = new Client("?");

    private static final int IPV6_PREFIX_BYTES = 8;

    static Client of(InetAddress address) {
        return new Client(
                address instanceof Inet6Address
                        ? HexFormat.of().formatHex(address.getAddress(), 0, IPV6_PREFIX_BYTES)
                                + "/64"
                        : address.getHostAddress());
    }
}
