package dev.tidemark.gateway.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.WrittenHeaders;
import java.util.List;
import java.util.Optional;

/** What came of a write. Sealed, so that no case can be forgotten. */
public sealed interface WriteAnswer {

    /**
     * What the origin answered, a problem of its own included.
     *
     * @param internal what it says of the write; empty if nothing was written
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never changed
    record Answered(
            int status, List<HeaderField> head, byte[] body, Optional<WrittenHeaders> internal)
            implements WriteAnswer {

        /** Whether it was done, now or, for a repeat, before. */
        public boolean isSuccess() {
            return status < 300;
        }
    }

    /** The origin could not be asked, or did not answer. */
    record Failed(Problem problem) implements WriteAnswer {}
}
