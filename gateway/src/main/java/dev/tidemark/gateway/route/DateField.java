package dev.tidemark.gateway.route;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of {@code Date}, made once a second: a server with a clock must send it. */
final class DateField {

    /** IMF-fixdate (RFC 9110, section 5.6.7). */
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile Second second = new Second(-1, "");

    DateField(InstantSource clock) {
        this.clock = clock;
    }

    String value() {
        long now = clock.millis() / 1000;
        Second current = second;
        if (current.epochSecond != now) {
            current = new Second(now, FORMAT.format(java.time.Instant.ofEpochSecond(now)));
            second = current;
        }
        return current.text;
    }

    private record Second(long epochSecond, String text) {}
}
