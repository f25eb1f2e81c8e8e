package dev.tidemark.common.request;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request's {@code Cache-Control} asks of caches (RFC 9111, section 5.2.1; RFC 5861, section
 * 4).
 *
 * @param noCache read from the origin
 * @param noStore keep nothing of the answer
 * @param onlyIfCached answer from a cache or not at all
 * @param maxAge no answer of a greater age
 * @param maxStale for how long past its time a valid answer will do; without a number any
 * @param staleIfError for how long past its time an answer will do if there is no other
 */
public record CacheDirectives(
        boolean noCache,
        boolean noStore,
        boolean onlyIfCached,
        Optional<Duration> maxAge,
        Optional<Duration> maxStale,
        Optional<Duration> staleIfError) {

    public static final CacheDirectives NONE = new CacheDirectives(false, false, false);

    /** RFC 9111, section 1.2.2: what is too large is as good as this. */
    private static final Duration LONGEST = Duration.ofSeconds(1L << 31);

    private CacheDirectives(boolean noCache, boolean noStore, boolean onlyIfCached) {
        this(noCache, noStore, onlyIfCached, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Directives that are not known or not well formed say nothing. */
    static CacheDirectives parse(List<String> cacheControl, List<String> pragma) {
        if (cacheControl.isEmpty()) {
            // RFC 9111, section 5.4: only where Cache-Control is absent.
            boolean noCache = pragma.stream().anyMatch(p -> p.equalsIgnoreCase("no-cache"));
            return noCache ? new CacheDirectives(true, false, false) : NONE;
        }
        boolean noCache = false;
        boolean noStore = false;
        boolean onlyIfCached = false;
        Optional<Duration> maxAge = Optional.empty();
        Optional<Duration> maxStale = Optional.empty();
        Optional<Duration> staleIfError = Optional.empty();
        for (String part : String.join(",", cacheControl).split(",", -1)) {
            String directive = part.strip().toLowerCase(Locale.ROOT);
            switch (directive) {
                case "no-cache" -> noCache = true;
                case "no-store" -> noStore = true;
                case "only-if-cached" -> onlyIfCached = true;
                case "max-stale" -> maxStale = Optional.of(LONGEST);
                default -> {
                    int equals = directive.indexOf('=');
                    String name = equals < 0 ? directive : directive.substring(0, equals);
                    String argument = directive.substring(equals + 1).replace("\"", "");
                    switch (name) {
                        case "max-age" -> maxAge = seconds(argument);
                        case "max-stale" -> maxStale = seconds(argument);
                        case "stale-if-error" -> staleIfError = seconds(argument);
                        default -> {}
                    }
                }
            }
        }
        return new CacheDirectives(noCache, noStore, onlyIfCached, maxAge, maxStale, staleIfError);
    }

    private static Optional<Duration> seconds(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return Optional.of(text.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(text)));
    }
}
