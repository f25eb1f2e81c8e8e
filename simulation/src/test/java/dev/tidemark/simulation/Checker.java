package dev.tidemark.simulation;

import dev.tidemark.simulation.Postgres.Since;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows what every row has been at every moment, and what may be served. */
final class Checker {

    private final Postgres database;
    private final Map<String, Integer> checks = new HashMap<>();

    Checker(Postgres database) {
        this.database = database;
    }

    /** A read saw what its level forbids. */
    static final class Violation extends RuntimeException {

        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }

    /** Each value was still true after this moment. */
    void notStaler(String layer, Map<Integer, Long> rows, long moment) {
        checks.merge(
                layer.substring(0, layer.indexOf(' ') < 0 ? layer.length() : layer.indexOf(' ')),
                1,
                Integer::sum);
        rows.forEach((row, value) -> {
            if (!isAhead(row, value) && !wasTrueAfter(database.history(row), value, moment)) {
                throw new Violation(
                        "%s: row %d as %d, not true any more at %d; it was %s"
                                .formatted(layer, row, value, moment, database.history(row)));
            }
        });
    }

    /** A replica shows what is flushed, which on the primary may not be visible yet. */
    private boolean isAhead(int row, long value) {
        return newest(database.history(row), value) < 0 && database.isFlushed(row, value);
    }

    private static boolean wasTrueAfter(List<Since> history, long value, long moment) {
        for (int i = 0; i < history.size(); i++) {
            boolean last = i == history.size() - 1;
            if (history.get(i).value() == value && (last || history.get(i + 1).time() > moment)) {
                return true;
            }
        }
        return false;
    }

    /** Nothing is older than what the session has seen of it. */
    void notBackInTime(String layer, Map<Integer, Long> rows, Map<Integer, Integer> seen) {
        rows.forEach((row, value) -> {
            int newest = newest(database.history(row), value);
            if (!isAhead(row, value) && newest < seen.getOrDefault(row, 0)) {
                throw new Violation(
                        "%s: row %d as %d, after the session had seen state %d of %s"
                                .formatted(
                                        layer, row, value, seen.get(row), database.history(row)));
            }
        });
    }

    /**
     * Takes the earliest state that the session can have seen: after a crash a row may be again
     * what it was before.
     */
    void remember(Map<Integer, Long> rows, Map<Integer, Integer> seen) {
        rows.forEach((row, value) -> {
            List<Since> history = database.history(row);
            for (int i = seen.getOrDefault(row, 0); i < history.size(); i++) {
                if (history.get(i).value() == value) {
                    seen.put(row, i);
                    return;
                }
            }
        });
    }

    private static int newest(List<Since> history, long value) {
        for (int i = history.size() - 1; i >= 0; i--) {
            if (history.get(i).value() == value) {
                return i;
            }
        }
        return -1;
    }

    /** How many answers of each layer were looked at. */
    Map<String, Integer> checks() {
        return Map.copyOf(checks);
    }
}
