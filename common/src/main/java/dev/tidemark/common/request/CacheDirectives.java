package dev.tidemark.common.request;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request's {@code Cache-Control} asks of caches (RFC 9111, section 5.2.1).
 *
 * @param noCache read from the origin
 * @param noStore keep nothing of the answer
 * @param onlyIfCached answer from a cache or not at all
 * @param maxAge no answer of a greater age
 */
public record CacheDirectives(
        boolean noCache, boolean noStore, boolean onlyIfCached, Optional<Duration> maxAge) {

    public static final CacheDirectives NONE =
            new CacheDirectives(false, false, false, Optional.empty());

    /** Directives that are not known or not well formed say nothing. */
    static CacheDirectives parse(List<String> cacheControl, List<String> pragma) {
        if (cacheControl.isEmpty()) {
            // RFC 9111, section 5.4: only where Cache-Control is absent.
            boolean noCache = pragma.stream().anyMatch(p -> p.equalsIgnoreCase("no-cache"));
            return noCache ? new CacheDirectives(true, false, false, Optional.empty()) : NONE;
        }
        boolean noCache = false;
        boolean noStore = false;
        boolean onlyIfCached = false;
        Optional<Duration> maxAge = Optional.empty();
        for (String part : String.join(",", cacheControl).split(",", -1)) {
            String directive = part.strip().toLowerCase(Locale.ROOT);
            switch (directive) {
                case "no-cache" -> noCache = true;
                case "no-store" -> noStore = true;
                case "only-if-cached" -> onlyIfCached = true;
                default -> {
                    if (directive.startsWith("max-age=")) {
                        maxAge = seconds(directive.substring(8).replace("\"", ""));
                    }
                }
            }
        }
        return new CacheDirectives(noCache, noStore, onlyIfCached, maxAge);
    }

    private static Optional<Duration> seconds(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        // RFC 9111, section 1.2.2: what is too large is as good as 2^31.
        return Optional.of(Duration.ofSeconds(text.length() > 9 ? 1L << 31 : Long.parseLong(text)));
    }
}
