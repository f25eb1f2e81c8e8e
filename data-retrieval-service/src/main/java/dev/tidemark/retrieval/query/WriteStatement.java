package dev.tidemark.retrieval.query;

import java.util.List;

/**
 * One statement that writes and tells what it wrote. Its columns: {@code xid}, {@code incarnation},
 * {@code total} (rows written), {@code inserted} (those among them that are new), {@code matching}
 * (rows of the body that have the key asked for; null where none was) and {@code written}, null in
 * the only row if there is none; then the row's {@code key1} and so on, {@code old1} and so on,
 * {@code json} and {@code hash}, as far as this statement has them.
 *
 * @param parameters in their order, all text or numbers
 * @param rowsMax how many rows are told of at most; more may be written
 * @param keyParts of how many parts the keys of the rows are; 0 if they are not known
 * @param oldKeys whether the keys that rows had before are told too
 * @param exact whether those are all keys, old and new
 * @param representation whether the rows are told
 * @param projectionHash differs where two projections do
 */
public record WriteStatement(
        String sql,
        List<Object> parameters,
        long rowsMax,
        int keyParts,
        boolean oldKeys,
        boolean exact,
        boolean representation,
        String projectionHash) {

    public WriteStatement {
        parameters = List.copyOf(parameters);
    }
}
