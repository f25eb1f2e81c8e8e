package dev.tidemark.retrieval.database;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Connections outside of the pool: those of the change capture, which writes, and which speaks the
 * replication protocol. They print values exactly as the pool's do.
 */
public final class DirectConnections {

    /** The oldest PostgreSQL that can stream transactions that are under way. */
    private static final String SERVER_VERSION_MIN = "14";

    private final DatabaseUrl address;

    DirectConnections(DatabaseUrl address) {
        this.address = address;
    }

    /** A connection to any database by a libpq URI: for tests and tools. */
    public static DirectConnections to(String url) {
        return new DirectConnections(DatabaseUrl.parse(url));
    }

    /**
     * Connections as the services have them.
     *
     * @param passwordFile a file whose first line is the password; for a URL without one
     * @throws InvalidConfigurationException if they are not well-formed
     */
    public static DirectConnections to(String url, @Nullable Path passwordFile) {
        return new DirectConnections(DatabaseProperties.of(url, passwordFile).address());
    }

    /** Who asks, and where; without the password. */
    @Override
    public String toString() {
        return address.toString();
    }

    /**
     * An ordinary connection in autocommit mode.
     *
     * @param silenceMax after which the server is taken for gone; whole seconds
     */
    public Connection open(String applicationName, Duration silenceMax) throws SQLException {
        Properties properties = properties(applicationName);
        properties.setProperty("socketTimeout", Long.toString(silenceMax.toSeconds()));
        return prepared(properties);
    }

    /** A connection that understands both SQL and the replication protocol. */
    public Connection openReplication(String applicationName) throws SQLException {
        Properties properties = properties(applicationName);
        properties.setProperty("replication", "database");
        properties.setProperty("assumeMinServerVersion", SERVER_VERSION_MIN);
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("socketFactory", GatheringSocketFactory.class.getName());
        return prepared(properties);
    }

    private Properties properties(String applicationName) {
        Properties properties = address.properties();
        properties.putIfAbsent("connectTimeout", "2");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", applicationName);
        return properties;
    }

    private Connection prepared(Properties properties) throws SQLException {
        Connection connection = DriverManager.getConnection(address.jdbcUrl(), properties);
        try (Statement statement = connection.createStatement()) {
            // By statements, since the driver's own time zone overrides one given at the start.
            statement.execute(SessionSettings.captureSql());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
