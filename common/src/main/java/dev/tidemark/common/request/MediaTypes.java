package dev.tidemark.common.request;

import java.util.List;
import java.util.Optional;

/** The media types that tables are answered in, and how {@code Accept} chooses among them. */
public final class MediaTypes {

    public static final String JSON = "application/json";
    public static final String OBJECT = "application/vnd.pgrst.object+json";

    private MediaTypes() {}

    /**
     * Whether the client prefers a single object (RFC 9110, section 12.5.1).
     *
     * @param accept the values of all {@code Accept} headers; none means anything
     * @return true for an object, false for an array, empty if it accepts neither
     */
    static Optional<Boolean> prefersObject(List<String> accept) {
        if (accept.isEmpty()) {
            return Optional.of(false);
        }
        double arrayQuality = 0;
        int arrayPrecision = -1;
        double objectQuality = 0;
        for (String range : String.join(",", accept).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip().toLowerCase(java.util.Locale.ROOT);
            double quality = quality(parts);
            int precision =
                    switch (type) {
                        case "*/*" -> 0;
                        case "application/*" -> 1;
                        case JSON -> 2;
                        default -> -1;
                    };
            if (precision > arrayPrecision) {
                arrayPrecision = precision;
                arrayQuality = quality;
            }
            if (type.equals(OBJECT) || type.equals("application/vnd.pgrst.object")) {
                objectQuality = quality;
            }
        }
        if (objectQuality > 0 && objectQuality >= arrayQuality) {
            return Optional.of(true);
        }
        return arrayQuality > 0 ? Optional.of(false) : Optional.empty();
    }

    /** The weight of an element of a list, split at its semicolons; 0 if it is malformed. */
    static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=") || parameter.startsWith("Q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2).strip());
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
