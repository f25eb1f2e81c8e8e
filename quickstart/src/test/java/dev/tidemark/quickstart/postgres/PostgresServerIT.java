package dev.tidemark.quickstart.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
    @TempDir Path temp;

    @Test
    void dataDirectory_survivesStopAndCrash_andIsHeldByOneServer() throws Exception {
        Path folder = temp.resolve("my data");
        PostgresOptions options = PostgresOptions.temporary().withDataDirectory(folder);
        String url;
        try (PostgresServer server = PostgresServer.start(options)) {
            PostgresAddress shop = server.createDatabase("shop");
            url = shop.url();
            execute(shop, "CREATE TABLE t AS SELECT 1 AS n");
            assertThat(query(shop, "SHOW server_version")).startsWith("18.");
            assertThat(query(shop, "SHOW wal_level")).isEqualTo("logical");
            assertThat(query(shop, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(shop, "SHOW fsync")).isEqualTo("on");
            assertThat(query(shop, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(query(shop, "SELECT upper('ı→é') || ('Z' < 'a')")).isEqualTo("I→Étrue");

            assertThatThrownBy(() -> PostgresServer.start(options))
                    .isInstanceOf(PostgresException.class)
                    .hasMessageContaining(
                            "in use by a running PostgreSQL (pid %d, port %d)",
                            server.process().pid(), server.port());

            server.kill();
            server.restart();
            assertThat(query(shop, "SELECT n FROM t")).isEqualTo("1");
        }
        // What a power cut leaves, where by now another process of this user has the number: here,
        // this JVM.
        Files.writeString(
                folder.resolve("postgres/postmaster.pid"),
                ProcessHandle.current().pid()
                        + "\n"
                        + folder.resolve("postgres")
                        + "\n1790000000\n5432\n\n127.0.0.1\n\nready\n");
        assertThat(Files.getPosixFilePermissions(folder.resolve("password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (PostgresServer server = PostgresServer.start(options)) {
            PostgresAddress shop = server.address("shop");
            assertThat(query(shop, "SELECT n FROM t")).isEqualTo("1");
            assertThat(server.hasDatabase("shop")).isTrue();
            assertThat(server.hasDatabase("other")).isFalse();
            assertThat(url).contains(server.password());
            assertThatThrownBy(() -> query(shop.withPassword("wrong"), "SELECT 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void start_onAForeignFolderOrATakenPort_saysSo() throws Exception {
        Files.writeString(temp.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() ->
                        PostgresServer.start(PostgresOptions.temporary().withDataDirectory(temp)))
                .hasMessageContaining(
                        "neither empty nor a data directory of Tidemark (it has thesis.txt)");
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            assertThatThrownBy(
                            () -> PostgresServer.start(PostgresOptions.temporary().withPort(port)))
                    .hasMessage("port %d is taken", port);
        }
    }

    private static void execute(PostgresAddress address, String sql) throws SQLException {
        try (Connection connection = address.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(PostgresAddress address, String sql) throws SQLException {
        try (Connection connection = address.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
