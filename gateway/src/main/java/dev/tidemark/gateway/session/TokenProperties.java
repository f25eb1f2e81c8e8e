package dev.tidemark.gateway.session;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The tokens of sessions.
 *
 * @param keyFile a file whose bytes, 32 or more, authenticate tokens: the same for all gateways
 * @param otherKeyFile a file with another key whose tokens are taken too, while one gateway after
 *     the other gets a new key
 * @param cookie whether browsers get their token as a cookie too
 * @param waitMax {@code wait}: for how long this node's log may lag behind a token before the
 *     origin is asked
 */
@ConfigurationProperties("tidemark.token")
public record TokenProperties(
        @Nullable Path keyFile,
        @Nullable Path otherKeyFile,
        @DefaultValue("false") boolean cookie,
        @Name("wait") @DefaultValue("50ms") Duration waitMax) {

    public TokenProperties {
        if (waitMax.isNegative()) {
            throw new IllegalArgumentException("tidemark.token.wait must not be negative");
        }
    }
}
