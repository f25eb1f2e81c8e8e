package dev.tidemark.gateway.session;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import java.util.Optional;

/**
 * What a client has seen: one history of one database up to a place in its log.
 *
 * @param lsn everything that had committed up to there
 */
public record Token(DatabaseIdentity identity, Lsn lsn) {

    /** What who gets this answer has seen; empty if the answer does not say. */
    public static Optional<Token> of(Answer answer) {
        return of(answer.identity(), answer.seenLsn());
    }

    /** Empty if either is not known. */
    public static Optional<Token> of(DatabaseIdentity identity, Lsn lsn) {
        return identity.equals(DatabaseIdentity.UNKNOWN) || lsn.equals(Lsn.UNKNOWN)
                ? Optional.empty()
                : Optional.of(new Token(identity, lsn));
    }
}
