package dev.tidemark.cache.feed;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the origin is, whose reader of the database's changes knows how complete the log is.
 *
 * @param addresses {@code http://host:port}; a name may stand for several. With none, how far
 *     anything is behind the database is not known
 */
@ConfigurationProperties("tidemark.origin")
public record OriginProperties(@DefaultValue("http://127.0.0.1:9001") List<String> addresses) {

    public OriginProperties {
        addresses =
                addresses.stream()
                        .map(String::strip)
                        .filter(address -> !address.isEmpty())
                        .map(address -> address.contains("://") ? address : "http://" + address)
                        .toList();
        addresses.forEach(OriginProperties::requireAddress);
    }

    private static void requireAddress(String address) {
        boolean valid;
        try {
            URI uri = URI.create(address);
            valid =
                    "http".equals(uri.getScheme())
                            && uri.getHost() != null
                            && uri.getPort() > 0
                            && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
        } catch (IllegalArgumentException e) {
            valid = false;
        }
        if (!valid) {
            throw new IllegalArgumentException(
                    "tidemark.origin.addresses must be given as http://host:port, not " + address);
        }
    }

    List<URI> uris() {
        return addresses.stream().map(URI::create).toList();
    }
}
