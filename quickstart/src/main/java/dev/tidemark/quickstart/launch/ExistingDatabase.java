package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** A database that the user already has, and what can be wrong with it. */
final class ExistingDatabase {
    private static final int OLDEST = 14;
    private static final int NEWEST = 18;
    private static final String CONNECT_TIMEOUT_SECONDS = "5";

    private ExistingDatabase() {}

    /** Throws what a person should read if the database cannot be served. */
    static void check(PostgresAddress address, Consumer<String> notices) {
        try (Connection connection = connect(address)) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST) {
                throw new StartException(
                        "PostgreSQL %d at %s is too old: %d to %d are supported"
                                .formatted(version, address.hostAndPort(), OLDEST, NEWEST));
            }
            if (version > NEWEST) {
                notices.accept(
                        "PostgreSQL %d is newer than what this was tested with (%d to %d)"
                                .formatted(version, OLDEST, NEWEST));
            }
        } catch (SQLException e) {
            throw new StartException(reason(address, e), e);
        }
    }

    /** Tells what is wrong with a read replica: without it the primary answers. */
    static void checkReplica(PostgresAddress address, Consumer<String> notices) {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            row.next();
            if (!row.getBoolean(1)) {
                notices.accept(
                        "PostgreSQL at %s is no standby: it is not used for reads"
                                .formatted(address.hostAndPort()));
            }
        } catch (SQLException e) {
            notices.accept(
                    "A standby is not used for reads until it is there: " + reason(address, e));
        }
    }

    private static Connection connect(PostgresAddress address) throws SQLException {
        var properties = address.properties();
        Map.of("connectTimeout", CONNECT_TIMEOUT_SECONDS, "loginTimeout", CONNECT_TIMEOUT_SECONDS)
                .forEach(properties::putIfAbsent);
        return DriverManager.getConnection(address.jdbcUrl(), properties);
    }

    static String reason(PostgresAddress address, SQLException error) {
        String server = "PostgreSQL at " + address.hostAndPort();
        String message =
                String.valueOf(error.getMessage())
                        .replaceFirst("^FATAL: ", "")
                        .replaceAll("\\s*\\R\\s*", " ");
        return switch (String.valueOf(error.getSQLState())) {
            case "28P01" ->
                    "%s does not accept the password of user \"%s\""
                            .formatted(server, address.user());
            case "3D000" -> "%s has no database \"%s\"".formatted(server, address.database());
            case "08001" -> "cannot reach %s: %s".formatted(server, network(error, message));
            default ->
                    message.contains("no password was provided")
                            ? "%s asks for a password: give it in the URL, PGPASSWORD or ~/.pgpass"
                                    .formatted(server)
                            : "cannot use %s: %s".formatted(server, message);
        };
    }

    private static String network(SQLException error, String message) {
        return switch (error.getCause()) {
            case UnknownHostException _ -> "there is no such host";
            case ConnectException refused ->
                    String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
            case SocketTimeoutException _ -> "no answer in " + CONNECT_TIMEOUT_SECONDS + " s";
            case null, default -> message;
        };
    }
}
