package dev.tidemark.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What tests may rely on, whichever way the backends are started. */
class BackendsIT {
    @Test
    void postgres_givesEachTestADatabaseOfItsOwn() {
        TestDatabase first = Backends.postgres().freshDatabase();
        TestDatabase second = Backends.postgres().freshDatabase();
        first.execute(
                "CREATE TABLE t AS SELECT 'é→' AS x; CREATE ROLE reader_%s LOGIN PASSWORD 'pw'"
                        .formatted(first.name()));
        first.execute("GRANT SELECT ON t TO reader_%s".formatted(first.name()));
        assertThat(second.queryText("SELECT to_regclass('t')")).isEqualTo("null");
        assertThat(first.withUser("reader_" + first.name(), "pw").queryText("SELECT x FROM t"))
                .isEqualTo("é→");
        assertThat(first.queryText("SHOW server_version")).startsWith("18");
        assertThat(first.queryText("SHOW wal_level")).isEqualTo("logical");
        assertThat(first.queryText("SHOW synchronous_commit")).isEqualTo("on");
        assertThat(first.queryText("SHOW server_encoding")).isEqualTo("UTF8");
        assertThat(first.queryText("SELECT 'Z' < 'a' COLLATE \"default\"")).isEqualTo("t");
    }

    @Test
    void redisCluster_isCompleteAndReachable() throws Exception {
        List<String> nodes = Backends.redisCluster().nodes();
        assertThat(nodes).hasSize(6);
        for (String node : nodes) {
            String[] address = node.split(":", 2);
            try (var socket = new Socket(address[0], Integer.parseInt(address[1]));
                    var in =
                            new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.UTF_8))) {
                socket.getOutputStream().write("CLUSTER INFO\r\n".getBytes(StandardCharsets.UTF_8));
                in.readLine();
                assertThat(in.readLine()).isEqualTo("cluster_state:ok");
            }
        }
    }
}
