package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages to committed transactions, in the order of their commits.
 *
 * <p>A transaction that is streamed while it is under way is reduced to its tags as it arrives, so
 * nothing is left to do when it commits. A subtransaction of it that is rolled back leaves its tags
 * behind: they invalidate too much, never too little. What a transaction says of its tables holds
 * for others only once it has committed.
 */
public final class TransactionAssembler {

    /** About 64 MiB for all transactions that are under way. */
    private static final int WEIGHT_MAX = 2_000_000;

    private final KeyColumns keys;
    private final int weightMax;
    private final Map<Integer, FollowedRelation> relations = new HashMap<>();
    private long described;
    private final Map<Integer, OpenTransaction> streamed = new HashMap<>();
    private long weight;

    /** The transaction between Begin and Commit, or the one whose stream is open. */
    private @Nullable OpenTransaction current;

    private boolean inStream;

    public TransactionAssembler(KeyColumns keys) {
        this(keys, WEIGHT_MAX);
    }

    TransactionAssembler(KeyColumns keys, int weightMax) {
        this.keys = keys;
        this.weightMax = weightMax;
    }

    /**
     * Takes the next message.
     *
     * @return the transaction that it commits, if it does
     * @throws MalformedPgOutputException if it cannot follow those before it
     * @throws SQLException from {@link KeyColumns}
     */
    public Optional<CommittedTransaction> accept(PgOutputMessage message)
            throws MalformedPgOutputException, SQLException {
        switch (message) {
            case PgOutputMessage.Begin(int xid) -> begin(new OpenTransaction(xid), false);
            case PgOutputMessage.Commit(Lsn end) -> {
                OpenTransaction committed = current();
                if (inStream) {
                    throw new MalformedPgOutputException("a commit inside of a stream");
                }
                current = null;
                return Optional.of(committed(committed, end));
            }
            case PgOutputMessage.StreamStart(int xid, _) -> {
                OpenTransaction known = streamed.get(xid);
                begin(known == null ? new OpenTransaction(xid) : known, true);
                weight -= known == null ? 0 : known.weight();
            }
            case PgOutputMessage.StreamStop() -> {
                OpenTransaction paused = current();
                streamed.put(paused.xid(), paused);
                weight += paused.weight();
                current = null;
                inStream = false;
                shrink();
            }
            case PgOutputMessage.StreamCommit(int xid, Lsn end) -> {
                OpenTransaction committed = streamed.remove(xid);
                if (committed == null) {
                    throw new MalformedPgOutputException("a stream commits that did not begin");
                }
                weight -= committed.weight();
                return Optional.of(committed(committed, end));
            }
            case PgOutputMessage.StreamAbort(int xid, int subxid) -> {
                OpenTransaction aborted = xid == subxid ? streamed.remove(xid) : null;
                weight -= aborted == null ? 0 : aborted.weight();
            }
            case PgOutputMessage.Logical logical -> logical(logical);
            case PgOutputMessage.Relation relation -> {
                FollowedRelation followed =
                        FollowedRelation.of(relation, keys.of(relation.oid()), ++described);
                (inStream ? current().relations() : relations).put(relation.oid(), followed);
            }
            case PgOutputMessage.Insert(int relation, Tuple row) ->
                    current().changed(relation(relation), null, row);
            case PgOutputMessage.Update(int relation, Optional<Tuple> old, Tuple row) ->
                    current().changed(relation(relation), old.orElse(null), row);
            case PgOutputMessage.Delete(int relation, Tuple old) ->
                    current().changed(relation(relation), old, null);
            case PgOutputMessage.Truncate truncate -> {
                for (int relation : truncate.relations()) {
                    current().truncated(relation(relation));
                }
            }
            case PgOutputMessage.Origin _, PgOutputMessage.Type _ -> {}
        }
        return Optional.empty();
    }

    private void begin(OpenTransaction transaction, boolean stream)
            throws MalformedPgOutputException {
        if (current != null) {
            throw new MalformedPgOutputException("a transaction begins inside of another");
        }
        current = transaction;
        inStream = stream;
    }

    private CommittedTransaction committed(OpenTransaction transaction, Lsn end) {
        // What was streamed a while ago may be of before the table was renamed or altered.
        transaction
                .relations()
                .forEach((oid, own) -> relations.merge(oid, own, FollowedRelation::newer));
        return transaction.committed(end);
    }

    private void logical(PgOutputMessage.Logical logical) throws MalformedPgOutputException {
        Optional<LogicalMessagePrefix> prefix = LogicalMessagePrefix.of(logical.prefix());
        // One that is not part of a transaction says nothing of when.
        if (logical.transactional() && prefix.isPresent()) {
            current().message(prefix.get(), new String(logical.content(), StandardCharsets.UTF_8));
        }
    }

    private OpenTransaction current() throws MalformedPgOutputException {
        if (current == null) {
            throw new MalformedPgOutputException("a change outside of any transaction");
        }
        return current;
    }

    private FollowedRelation relation(int oid) throws MalformedPgOutputException {
        FollowedRelation own = inStream ? current().relations().get(oid) : null;
        FollowedRelation relation = own == null ? relations.get(oid) : own;
        if (relation == null) {
            throw new MalformedPgOutputException("a change of a table that was not described");
        }
        return relation;
    }

    private void shrink() {
        while (weight > weightMax) {
            OpenTransaction largest =
                    streamed.values().stream()
                            .max(Comparator.comparingInt(OpenTransaction::weight))
                            .orElseThrow();
            int before = largest.weight();
            largest.shrink(before / 2);
            weight += largest.weight() - before;
            if (largest.weight() == before) {
                return; // what is left is PostgreSQL's number of transactions times very little
            }
        }
    }
}
