package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in when a check is on, and what becomes of credentials when none is. */
class SecurityIT {

    private static final String SECRET = "a secret of at least thirty-two bytes";
    private static final String FILM = "/rest/v1/film/1";

    @Test
    void keysAndTokens_areChecked(@TempDir Path folder) throws IOException, JOSEException {
        Path keys = Files.writeString(folder.resolve("keys"), "# ours\nkey-1\n\nkey-2\n");
        Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        try (Gateway gateway =
                new Gateway(
                        "--tidemark.security.api-keys-file=" + keys,
                        "--tidemark.security.jwt.secret-file=" + secret,
                        "--tidemark.security.jwt.audience=shop",
                        "--tidemark.cors.allowed-origins=*")) {
            Response none = gateway.http.get(FILM, "Origin: https://shop.example");
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(none.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(none.body()).contains("PGRST301");
            // A page may only see why if CORS lets it.
            assertThat(none.header("Access-Control-Allow-Origin")).isEqualTo("*");

            String good = token("shop", Instant.now().plus(Duration.ofMinutes(5)));
            assertThat(status(gateway, "apikey: key-1")).isEqualTo(200);
            assertThat(status(gateway, "Authorization: Bearer key-2")).isEqualTo(200);
            assertThat(status(gateway, "Authorization: Bearer " + good)).isEqualTo(200);
            assertThat(status(gateway, "apikey: key-1", "Authorization: Bearer " + good))
                    .isEqualTo(200);

            String late = token("shop", Instant.now().minus(Duration.ofMinutes(5)));
            String elsewhere = token("bank", Instant.now().plus(Duration.ofMinutes(5)));
            assertThat(status(gateway, "apikey: key-3")).isEqualTo(401);
            assertThat(status(gateway, "Authorization: Basic key-1")).isEqualTo(401);
            assertThat(status(gateway, "Authorization: Bearer")).isEqualTo(401);
            assertThat(status(gateway, "Authorization: Bearer " + late)).isEqualTo(401);
            assertThat(status(gateway, "Authorization: Bearer " + elsewhere)).isEqualTo(401);
            assertThat(status(gateway, "Authorization: Bearer " + good + "x")).isEqualTo(401);
            assertThat(status(gateway, "apikey: key-1", "Authorization: Bearer " + late))
                    .isEqualTo(401);

            assertThat(gateway.http.send("OPTIONS", FILM).status()).isEqualTo(204);
            assertThat(gateway.http.send("HEAD", FILM).body()).isEmpty();
            assertThat(gateway.management.get("/actuator/health").status()).isEqualTo(200);
        }
    }

    @Test
    void uncheckedCredentials_canGoPastTheCaches() {
        try (Gateway gateway = new Gateway("--tidemark.security.unchecked-credentials=bypass")) {
            gateway.http.get(FILM);
            Response past = gateway.http.get(FILM, "Authorization: Bearer x");

            assertThat(past.status()).isEqualTo(200);
            assertThat(past.header("Cache-Status")).isEqualTo("tidemark-near; fwd=bypass");
            assertThat(gateway.origin.fetches("film/1")).isEqualTo(2);
            assertThat(gateway.http.get(FILM).header("Cache-Status"))
                    .startsWith("tidemark-near; hit");
        }
    }

    private static int status(Gateway gateway, String... headers) {
        return gateway.http.get(FILM, headers).status();
    }

    private static String token(String audience, Instant expiry) throws JOSEException {
        SignedJWT jwt =
                new SignedJWT(
                        new JWSHeader(JWSAlgorithm.HS256),
                        new JWTClaimsSet.Builder()
                                .subject("ada")
                                .audience(audience)
                                .expirationTime(Date.from(expiry))
                                .build());
        jwt.sign(new MACSigner(SECRET));
        return jwt.serialize();
    }
}
