package dev.tidemark.gateway.security;

import dev.tidemark.common.request.RequestHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a request shows of who sends it. */
public final class Credentials {

    private static final String BEARER = "Bearer ";

    private Credentials() {}

    /** Whether there are any, well formed or not. */
    public static boolean arePresent(RequestHeaders headers) {
        return !headers.all("Authorization").isEmpty() || !headers.all("apikey").isEmpty();
    }

    /** All keys and tokens; empty if there is none, or one that is not to be understood. */
    static Optional<List<String>> read(RequestHeaders headers) {
        List<String> credentials = new ArrayList<>(headers.all("apikey"));
        for (String authorization : headers.all("Authorization")) {
            if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                return Optional.empty();
            }
            credentials.add(authorization.substring(BEARER.length()).strip());
        }
        return credentials.isEmpty() || credentials.stream().anyMatch(String::isBlank)
                ? Optional.empty()
                : Optional.of(credentials);
    }
}
