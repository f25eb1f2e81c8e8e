package dev.tidemark.benchmarks.replay;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that a service has logged.
 *
 * @param numbers that the line says, in the order of the pattern's groups
 */
record LogLine(Instant at, List<Long> numbers) {

    /**
     * The first line of a log with this in it.
     *
     * @param message with a group around each number
     */
    static Optional<LogLine> find(String log, Pattern message) {
        for (String line : log.split("\n", -1)) {
            Matcher matcher = message.matcher(line);
            int timeEnd = line.indexOf(' ');
            // Lines of a stack trace have no time.
            if (timeEnd > 0 && Character.isDigit(line.charAt(0)) && matcher.find()) {
                List<Long> numbers = new ArrayList<>();
                for (int i = 1; i <= matcher.groupCount(); i++) {
                    numbers.add(Long.parseLong(matcher.group(i)));
                }
                return Optional.of(
                        new LogLine(
                                OffsetDateTime.parse(line.substring(0, timeEnd)).toInstant(),
                                numbers));
            }
        }
        return Optional.empty();
    }
}
