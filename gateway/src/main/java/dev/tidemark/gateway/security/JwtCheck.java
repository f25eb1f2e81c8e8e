package dev.tidemark.gateway.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/** Checks signature, time, issuer and audience of a token. */
final class JwtCheck implements CredentialCheck {

    private final ReactiveJwtDecoder decoder;

    JwtCheck(SecurityProperties.Jwt properties) {
        NimbusReactiveJwtDecoder nimbus = decoder(properties);
        List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
        validators.add(new JwtTimestampValidator());
        properties.issuerIfAny().map(JwtIssuerValidator::new).ifPresent(validators::add);
        properties.audienceIfAny().map(JwtCheck::audience).ifPresent(validators::add);
        nimbus.setJwtValidator(new DelegatingOAuth2TokenValidator<>(validators));
        this.decoder = nimbus;
    }

    private static OAuth2TokenValidator<Jwt> audience(String audience) {
        return new JwtClaimValidator<@Nullable List<String>>(
                "aud", values -> values != null && values.contains(audience));
    }

    private static NimbusReactiveJwtDecoder decoder(SecurityProperties.Jwt properties) {
        if (properties.jwkSetUri() != null) {
            return NimbusReactiveJwtDecoder.withJwkSetUri(properties.jwkSetUri()).build();
        }
        if (properties.publicKeyFile() != null) {
            return NimbusReactiveJwtDecoder.withPublicKey(publicKey(properties.publicKeyFile()))
                    .build();
        }
        if (properties.secretFile() != null) {
            byte[] secret = secret(properties.secretFile());
            return NimbusReactiveJwtDecoder.withSecretKey(new SecretKeySpec(secret, "HmacSHA256"))
                    .macAlgorithm(MacAlgorithm.HS256)
                    .build();
        }
        throw new IllegalArgumentException("tidemark.security.jwt has no source of keys");
    }

    private static byte[] secret(Path file) {
        try {
            byte[] secret = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
            if (secret.length < 32) {
                throw new IllegalArgumentException(
                        "the secret in tidemark.security.jwt.secret-file has "
                                + secret.length
                                + " bytes; HS256 needs 32");
            }
            return secret;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "tidemark.security.jwt.secret-file cannot be read: " + file, e);
        }
    }

    private static RSAPublicKey publicKey(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            RSAPublicKey key = RsaKeyConverters.x509().convert(pem);
            if (key == null) {
                throw new IllegalArgumentException("not an RSA public key: " + file);
            }
            return key;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "tidemark.security.jwt.public-key-file cannot be read: " + file, e);
        }
    }

    @Override
    public Mono<String> check(String credential) {
        return decoder.decode(credential)
                .map(jwt -> jwt.getSubject() == null ? "jwt" : jwt.getSubject())
                .onErrorResume(JwtValidationException.class, invalid -> Mono.empty())
                .onErrorResume(BadJwtException.class, bad -> Mono.empty());
    }
}
