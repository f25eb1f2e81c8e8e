package dev.tidemark.retrieval.database;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is pinned on every connection. Row tags and JSON are text that PostgreSQL prints, so all
 * that changes how it prints must be the same here, on replication connections and on every
 * instance.
 *
 * <p>Set by a statement and not in the start-up packet: poolers refuse unknown start-up parameters,
 * and the driver's own time zone would override the one given there.
 */
final class SessionSettings {

    private SessionSettings() {}

    /** What a connection of the change capture needs, before anything else. */
    static String captureSql() {
        Map<String, String> settings = output();
        settings.put("default_transaction_read_only", "off");
        settings.put("default_transaction_isolation", "read committed");
        settings.put("jit", "off");
        return sql(settings);
    }

    /** How values are printed, and which names PostgreSQL qualifies when it prints them. */
    private static Map<String, String> output() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("TimeZone", "UTC");
        settings.put("DateStyle", "ISO, YMD");
        settings.put("IntervalStyle", "postgres");
        settings.put("extra_float_digits", "1");
        settings.put("bytea_output", "hex");
        settings.put("xmlbinary", "base64");
        // Nothing is found by accident: every name in our SQL is qualified.
        settings.put("search_path", "");
        return settings;
    }

    /**
     * @param lockTimeout how long a read may wait for somebody's lock
     * @param statementTimeout the server's own limit, for when this process no longer cancels
     * @param idleTimeout how long a transaction may stand still while its answer is sent
     */
    static String sql(Duration lockTimeout, Duration statementTimeout, Duration idleTimeout) {
        Map<String, String> settings = output();
        settings.put("application_name", "tidemark");
        settings.put("default_transaction_read_only", "on");
        // A list that turns out to be large runs a second statement in the first one's snapshot.
        settings.put("default_transaction_isolation", "repeatable read");
        settings.put("lock_timeout", Long.toString(lockTimeout.toMillis()));
        settings.put("statement_timeout", Long.toString(statementTimeout.toMillis()));
        settings.put("idle_in_transaction_session_timeout", Long.toString(idleTimeout.toMillis()));
        // Reads are short: compiling a plan costs more than it saves.
        settings.put("jit", "off");
        return sql(settings);
    }

    private static String sql(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "SET " + setting.getKey() + " = '" + setting.getValue() + "'")
                .collect(Collectors.joining("; "));
    }
}
