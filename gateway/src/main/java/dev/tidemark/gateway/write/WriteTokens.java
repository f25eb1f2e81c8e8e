package dev.tidemark.gateway.write;

import dev.tidemark.common.wire.WrittenHeaders;
import java.util.Optional;

/** Makes the {@code Tidemark-Token} of a write: whoever sends it back sees the write. */
@FunctionalInterface
public interface WriteTokens {

    /** The token; empty where the origin could not say how far its log has come. */
    Optional<String> token(WrittenHeaders written);
}
