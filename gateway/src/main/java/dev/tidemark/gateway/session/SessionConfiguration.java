package dev.tidemark.gateway.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires sessions. */
@Configuration(proxyBeanMethods = false)
class SessionConfiguration {

    private static final Logger log = LoggerFactory.getLogger(SessionConfiguration.class);

    /** No secret at all, but the same in every gateway. */
    private static final byte[] BUILT_IN_KEY =
            "tidemark: anyone can read this key".getBytes(StandardCharsets.UTF_8);

    @Bean
    Sessions sessions(TokenProperties properties) {
        return new Sessions(seal(properties), properties.cookie());
    }

    static TokenSeal seal(TokenProperties properties) {
        byte[] key = key(properties.keyFile());
        Path other = properties.otherKeyFile();
        return other == null
                ? new TokenSeal(key)
                : new TokenSeal(key, read("tidemark.token.other-key-file", other));
    }

    static byte[] key(@Nullable Path file) {
        if (file == null) {
            log.warn(
                    "tidemark.token.key-file is not set: tokens can be made up, which costs at most"
                            + " reads at the origin");
            return BUILT_IN_KEY;
        }
        return read("tidemark.token.key-file", file);
    }

    private static byte[] read(String property, Path file) {
        try {
            byte[] key = Files.readAllBytes(file);
            if (key.length < TokenSeal.KEY_BYTES_MIN) {
                throw new IllegalArgumentException(
                        "%s must have %d bytes or more, and %s has %d"
                                .formatted(property, TokenSeal.KEY_BYTES_MIN, file, key.length));
            }
            return key;
        } catch (IOException e) {
            throw new IllegalArgumentException(property + " cannot be read: " + file, e);
        }
    }
}
