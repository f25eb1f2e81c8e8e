package dev.tidemark.quickstart.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisClusterIT {
    @Test
    void cluster_losesAMaster_andGetsItBackAsAReplica() throws Exception {
        List<Long> pids;
        try (RedisCluster cluster =
                RedisCluster.start(RedisOptions.defaults().withPassword("se\"cret \\ 1"))) {
            assertThat(cluster.nodes()).hasSize(6).filteredOn(RedisNode::isMaster).hasSize(3);
            RedisNode master = cluster.nodes().getFirst();
            RedisNode replica = cluster.nodes().get(3);
            assertThat(set(master, "{a}1", "one")).isIn("OK", "moved");

            cluster.kill(master);
            assertThat(master.process().isAlive()).isFalse();
            await().atMost(Duration.ofSeconds(20)).until(replica::isMaster);

            cluster.restart(master);
            await().atMost(Duration.ofSeconds(20)).until(() -> !master.isMaster());
            cluster.awaitSettled();
            pids = cluster.nodes().stream().map(node -> node.process().pid()).toList();
        }
        assertThat(pids)
                .noneMatch(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private static String set(RedisNode node, String key, String value) {
        try {
            return node.call("SET", key, value);
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("MOVED");
            return "moved";
        }
    }
}
