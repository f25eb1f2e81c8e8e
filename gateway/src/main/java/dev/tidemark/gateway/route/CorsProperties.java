package dev.tidemark.gateway.route;

import dev.tidemark.gateway.http.Cors;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which pages of other origins may read.
 *
 * @param allowedOrigins such as {@code https://shop.example}, or {@code *} alone for any; none by
 *     default
 * @param preflightMaxAge for how long browsers may remember what they were told
 */
@ConfigurationProperties("tidemark.cors")
public record CorsProperties(
        @DefaultValue List<String> allowedOrigins, @DefaultValue("1h") Duration preflightMaxAge) {

    public CorsProperties {
        allowedOrigins =
                allowedOrigins.stream()
                        .map(origin -> origin.strip().toLowerCase(Locale.ROOT))
                        .filter(origin -> !origin.isEmpty())
                        .toList();
        if (allowedOrigins.contains("*") && allowedOrigins.size() > 1) {
            throw new IllegalArgumentException(
                    "tidemark.cors.allowed-origins: * stands for all, so it stands alone");
        }
        allowedOrigins.forEach(CorsProperties::requireOrigin);
        if (preflightMaxAge.isNegative()) {
            throw new IllegalArgumentException(
                    "tidemark.cors.preflight-max-age must not be negative");
        }
    }

    private static void requireOrigin(String origin) {
        if (origin.equals("*") || origin.equals("null")) {
            return;
        }
        URI uri = URI.create(origin);
        if (uri.getScheme() == null || uri.getHost() == null || !uri.getRawPath().isEmpty()) {
            throw new IllegalArgumentException(
                    "tidemark.cors.allowed-origins: '"
                            + origin
                            + "' is not an origin such as https://shop.example");
        }
    }

    Cors cors() {
        return new Cors(allowedOrigins, preflightMaxAge);
    }
}
