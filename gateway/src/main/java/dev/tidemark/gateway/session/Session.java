package dev.tidemark.gateway.session;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.DatabaseIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request says that its client has seen, and so its answer must have seen too.
 *
 * @param tokens at most one of each history
 */
public record Session(List<Token> tokens) {

    /** Has seen nothing: any answer will do. */
    public static final Session NONE = new Session(List.of());

    public Session {
        tokens = List.copyOf(tokens);
    }

    /** With another token: of each history, the one counts that has seen more. */
    public Session with(Token token) {
        List<Token> others = new ArrayList<>(tokens.size() + 1);
        Token greatest = token;
        for (Token known : tokens) {
            if (!known.identity().equals(token.identity())) {
                others.add(known);
            } else if (known.lsn().compareTo(token.lsn()) > 0) {
                greatest = known;
            }
        }
        others.add(greatest);
        return new Session(others);
    }

    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    /** Whether a node that knows this history up to there knows all that the client has seen. */
    public boolean isKnownTo(DatabaseIdentity identity, Lsn reached) {
        for (Token token : tokens) {
            if (!token.identity().equals(identity) || token.lsn().compareTo(reached) > 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether all that the client has seen is of this history. */
    public boolean isOf(DatabaseIdentity identity) {
        return tokens.stream().allMatch(token -> token.identity().equals(identity));
    }

    /** The places that the client has seen, for those who are asked on its behalf. */
    public List<Lsn> lsns() {
        return tokens.isEmpty() ? List.of() : tokens.stream().map(Token::lsn).toList();
    }

    /**
     * What the client has seen once it has an answer too.
     *
     * @param answered what the answer has seen; empty if it does not say
     */
    public Optional<Token> after(Optional<Token> answered) {
        if (tokens.isEmpty() || answered.isEmpty()) {
            return answered;
        }
        Token now = answered.get();
        for (Token token : tokens) {
            if (token.identity().equals(now.identity()) && token.lsn().compareTo(now.lsn()) > 0) {
                return Optional.of(token);
            }
        }
        return answered;
    }
}
