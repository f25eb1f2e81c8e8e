package dev.tidemark.common.request;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The content codings that a client can read (RFC 9110, section 12.5.3). */
final class ContentCodings {

    private ContentCodings() {}

    /**
     * Whether a client is best sent gzip.
     *
     * <p>Where nothing is said anything would be right, but who can unpack says so, and who does
     * not say may be a script that cannot.
     *
     * @param acceptEncoding the values of all {@code Accept-Encoding} headers
     */
    static boolean prefersGzip(List<String> acceptEncoding) {
        OptionalDouble gzip = OptionalDouble.empty();
        double any = 0;
        double identity = 0;
        for (String coding : String.join(",", acceptEncoding).split(",", -1)) {
            String[] parts = coding.split(";", -1);
            double quality = MediaTypes.quality(parts);
            switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                // Named twice, the lower counts: a refusal must not be overheard.
                case "gzip", "x-gzip" ->
                        gzip = OptionalDouble.of(Math.min(gzip.orElse(quality), quality));
                case "*" -> any = quality;
                case "identity" -> identity = quality;
                default -> {
                    // A coding that is never made.
                }
            }
        }
        double quality = gzip.orElse(any);
        return quality > 0 && quality >= identity;
    }
}
