package dev.tidemark.gateway.write;

import dev.tidemark.common.log.Advisory;

/** Who is told of a write ahead of the log, before its client is answered. */
@FunctionalInterface
public interface Written {

    /**
     * Takes note, without blocking. Best effort: the log tells of the write too, so whatever fails
     * here fails nothing else.
     */
    void tell(Advisory advisory);
}
