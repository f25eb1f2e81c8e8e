package dev.tidemark.quickstart.postgres;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads libpq's connection URIs as psql does, taking what they leave out from libpq's environment
 * variables and from the password file.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS">PostgreSQL:
 *     connection URIs</a>
 */
public final class PostgresUri {
    private static final Pattern URI =
            Pattern.compile(
                    "postgres(?:ql)?://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\\[[^\\]]*]|[^:/?#@,\\[\\]]*)(?::(?<port>[^/?#@,]*))?(?:/(?<database>[^?#/]*))?(?:\\?(?<query>[^#]*))?");

    private static final int DEFAULT_PORT = 5432;

    private PostgresUri() {}

    /**
     * Reads a URI. No message repeats any part of it that could be a password.
     *
     * @param environment the process environment
     * @throws PostgresException if it is none
     */
    public static PostgresAddress parse(String text, Map<String, String> environment) {
        Matcher uri = URI.matcher(text.strip());
        if (!uri.matches()) {
            throw new PostgresException(
                    text.contains(",")
                            ? "the database URL names several hosts; give one"
                            : "the database URL is not of the form postgresql://user@host:5432/database (special characters are written as %40 and the like)");
        }
        Map<String, String> parameters = parameters(uri.group("query"));
        String user =
                first(
                        parameters.remove("user"),
                        decoded(uri.group("user")),
                        environment.get("PGUSER"),
                        System.getProperty("user.name"));
        String host =
                first(
                        parameters.remove("host"),
                        decoded(withoutBrackets(uri.group("host"))),
                        environment.get("PGHOST"),
                        "localhost");
        String port =
                first(
                        parameters.remove("port"),
                        decoded(uri.group("port")),
                        environment.get("PGPORT"),
                        Integer.toString(DEFAULT_PORT));
        String database =
                first(
                        parameters.remove("dbname"),
                        decoded(uri.group("database")),
                        environment.get("PGDATABASE"),
                        user);
        if (host.startsWith("/")) {
            throw new PostgresException(
                    "the database URL names a Unix socket (%s); Java needs a host name"
                            .formatted(host));
        }
        String sslmode = environment.get("PGSSLMODE");
        if (sslmode != null && !sslmode.isBlank()) {
            parameters.putIfAbsent("sslmode", sslmode);
        }
        String password = blankToNull(parameters.remove("password"));
        password = password == null ? blankToNull(decoded(uri.group("password"))) : password;
        password = password == null ? blankToNull(environment.get("PGPASSWORD")) : password;
        var address =
                new PostgresAddress(host, portNumber(port), database, user, password, parameters);
        return password == null
                ? address.withPassword(PasswordFile.of(environment).passwordFor(address))
                : address;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        var parameters = new HashMap<String, String>();
        for (String parameter :
                query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw new PostgresException(
                        "the database URL has something behind its '?' that is not name=value");
            }
            parameters.put(
                    decode(parameter.substring(0, equals)),
                    decode(parameter.substring(equals + 1)));
        }
        return parameters;
    }

    private static int portNumber(String text) {
        if (!text.matches("[0-9]{1,5}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > 65_535) {
            // Somebody may have forgotten to encode an @ in the password, which then is where the
            // port should be.
            throw new PostgresException(
                    "the database URL has no valid port between host and database");
        }
        return Integer.parseInt(text);
    }

    private static String first(@Nullable String... choices) {
        for (String choice : choices) {
            if (choice != null && !choice.isEmpty()) {
                return choice;
            }
        }
        throw new IllegalArgumentException("no choice");
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable String withoutBrackets(@Nullable String host) {
        return host != null && host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static @Nullable String decoded(@Nullable String text) {
        return text == null ? null : decode(text);
    }

    private static String decode(String text) {
        try {
            // In a URI a plus sign is itself; only HTML forms take it for a space.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new PostgresException(
                    "the database URL has a % that is not followed by two hexadecimal digits; write %25 for it",
                    e);
        }
    }
}
