package dev.tidemark.quickstart.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is and who asks for it.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param password null if the server asks for none or it comes from elsewhere
 * @param parameters libpq's connection parameters besides these, such as {@code sslmode}
 */
public record PostgresAddress(
        String host,
        int port,
        String database,
        String user,
        @Nullable String password,
        Map<String, String> parameters) {

    /** libpq's parameters that pgjdbc has under another name. */
    private static final Map<String, String> JDBC_NAMES =
            Map.of(
                    "application_name", "ApplicationName",
                    "connect_timeout", "connectTimeout",
                    "sslnegotiation", "sslNegotiation",
                    "channel_binding", "channelBinding",
                    "gssencmode", "gssEncMode",
                    "require_auth", "requireAuth");

    public PostgresAddress {
        parameters = Map.copyOf(parameters);
    }

    /** The same server and user, another database. */
    public PostgresAddress withDatabase(String other) {
        return new PostgresAddress(host, port, other, user, password, parameters);
    }

    /** The same database, with another password or none. */
    public PostgresAddress withPassword(@Nullable String other) {
        return new PostgresAddress(host, port, database, user, other, parameters);
    }

    /**
     * The libpq URI, password included: for files that only the user may read, never for a log, a
     * message or a command line.
     */
    public String url() {
        return uri(password == null ? "" : ":" + encode(password));
    }

    /** The libpq URI without the password. */
    public String urlWithoutPassword() {
        return uri("");
    }

    /** The JDBC URL without user, password and parameters, which {@link #properties()} holds. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + hostAndPort() + "/" + encode(database);
    }

    /** What a JDBC driver needs besides the URL. */
    public Properties properties() {
        var properties = new Properties();
        parameters.forEach((name, value) ->
                properties.setProperty(JDBC_NAMES.getOrDefault(name, name), value));
        properties.setProperty("user", user);
        if (password != null) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    /** A new connection. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), properties());
    }

    private String uri(String secret) {
        return "postgresql://"
                + encode(user)
                + secret
                + "@"
                + hostAndPort()
                + "/"
                + encode(database)
                + query();
    }

    /** As people write it: {@code host:port}. */
    public String hostAndPort() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private String query() {
        return parameters.isEmpty()
                ? ""
                : new TreeMap<>(parameters)
                        .entrySet().stream()
                                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                                .collect(Collectors.joining("&", "?", ""));
    }

    private static String encode(String text) {
        // Percent-encoding proper: URLEncoder's plus sign means a space in forms only.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return urlWithoutPassword();
    }
}
