package dev.tidemark.gateway.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Compares with the configured keys, by digest, so that the time it takes tells nothing. */
final class ApiKeyCheck implements CredentialCheck {

    private final List<byte[]> digests;

    ApiKeyCheck(List<String> keys) {
        digests = keys.stream().map(ApiKeyCheck::digest).toList();
    }

    /**
     * The keys of a file, one per line.
     *
     * @throws IllegalArgumentException if it cannot be read or has none
     */
    static List<String> read(Path file) {
        try {
            List<String> keys = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    keys.add(line.strip());
                }
            }
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("tidemark.security.api-keys-file has no key");
            }
            return keys;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "tidemark.security.api-keys-file cannot be read: " + file, e);
        }
    }

    @Override
    public Mono<String> check(String credential) {
        byte[] digest = digest(credential);
        boolean known = false;
        for (byte[] candidate : digests) {
            known |= MessageDigest.isEqual(candidate, digest);
        }
        return known ? Mono.just("api-key") : Mono.empty();
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
