package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the invalidation log is.
 *
 * @param addresses of cache-services, {@code http://host:port}; empty for none, and then no changes
 *     are captured
 */
@ConfigurationProperties("tidemark.cache")
record CacheProperties(@DefaultValue List<URI> addresses) {

    CacheProperties {
        addresses = List.copyOf(addresses);
        for (URI address : addresses) {
            require(
                    ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                            && address.getHost() != null
                            && (address.getPath().isEmpty() || address.getPath().equals("/"))
                            && address.getQuery() == null
                            && address.getUserInfo() == null,
                    "tidemark.cache.addresses has '" + address + "': write http://host:port");
        }
    }
}
