package dev.tidemark.retrieval.database;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.springframework.beans.factory.DisposableBean;

/** The ways to all read replicas; none of them is a {@code DataSource} of its own to Spring. */
public final class ReplicaPools implements DisposableBean {

    private final List<HikariDataSource> sources;
    private final List<ReplicaPool> pools;

    ReplicaPools(List<HikariDataSource> sources, List<ReplicaPool> pools) {
        this.sources = List.copyOf(sources);
        this.pools = List.copyOf(pools);
    }

    public List<ReplicaPool> pools() {
        return pools;
    }

    @Override
    public void destroy() {
        sources.forEach(HikariDataSource::close);
    }
}
