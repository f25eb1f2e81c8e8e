package dev.tidemark.gateway.security;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may read. With neither keys nor JWT everyone may.
 *
 * @param apiKeys keys that clients send as {@code apikey} or {@code Authorization: Bearer}
 * @param apiKeysFile a file with one key per line; {@code #} begins a comment
 * @param jwt how tokens are checked; off unless one of its sources is given
 * @param uncheckedCredentials what becomes of a request that carries credentials where no check is
 *     configured: they are never silently ignored
 */
@ConfigurationProperties("tidemark.security")
public record SecurityProperties(
        @DefaultValue List<String> apiKeys,
        @Nullable Path apiKeysFile,
        @DefaultValue Jwt jwt,
        @DefaultValue("reject") UncheckedCredentials uncheckedCredentials) {

    public SecurityProperties {
        apiKeys = apiKeys.stream().filter(key -> !key.isBlank()).toList();
    }

    /** For a request with credentials that nobody checks. */
    public enum UncheckedCredentials {
        /** Answered with 401. */
        REJECT,
        /** Answered by the origin, past all caches. */
        BYPASS
    }

    /**
     * How tokens are checked.
     *
     * @param secretFile a file with the secret of HS256, 32 bytes or more
     * @param publicKeyFile a file with an RSA key in PEM form, for RS256
     * @param jwkSetUri where the issuer publishes its keys
     * @param issuer what {@code iss} must be, if given
     * @param audience what {@code aud} must contain, if given
     */
    public record Jwt(
            @Nullable Path secretFile,
            @Nullable Path publicKeyFile,
            @Nullable String jwkSetUri,
            @Nullable String issuer,
            @Nullable String audience) {

        public Jwt {
            int sources =
                    (secretFile == null ? 0 : 1)
                            + (publicKeyFile == null ? 0 : 1)
                            + (jwkSetUri == null ? 0 : 1);
            if (sources > 1) {
                throw new IllegalArgumentException(
                        "tidemark.security.jwt takes one of secret-file, public-key-file and"
                                + " jwk-set-uri");
            }
            if (sources == 0 && (issuer != null || audience != null)) {
                throw new IllegalArgumentException(
                        "tidemark.security.jwt needs one of secret-file, public-key-file and"
                                + " jwk-set-uri");
            }
        }

        boolean isOn() {
            return secretFile != null || publicKeyFile != null || jwkSetUri != null;
        }

        Optional<String> issuerIfAny() {
            return Optional.ofNullable(issuer);
        }

        Optional<String> audienceIfAny() {
            return Optional.ofNullable(audience);
        }
    }
}
