package dev.tidemark.benchmarks.peer;

import java.net.URI;
import java.util.List;

/** Another server that answers with the same bodies. */
public interface Peer extends AutoCloseable {

    /** For a table. */
    String name();

    URI uri();

    /** Under what it has the body of this row. */
    String target(int row);

    /** Its processes, those that it stands on included. */
    List<Long> pids();

    @Override
    void close();
}
