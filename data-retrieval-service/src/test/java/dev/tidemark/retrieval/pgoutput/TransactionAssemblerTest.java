package dev.tidemark.retrieval.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionAssemblerTest {

    private static final int FILM = 7;
    private static final String NAME = "public.film";

    private final PgOutputDecoder decoder = new PgOutputDecoder();
    private TransactionAssembler assembler = new TransactionAssembler(_ -> List.of("id"));

    private Optional<CommittedTransaction> send(PgOutputBytes bytes)
            throws MalformedPgOutputException, SQLException {
        return assembler.accept(decoder.decode(bytes.toBuffer()));
    }

    private CommittedTransaction transaction(PgOutputBytes... changes) throws Exception {
        send(PgOutputBytes.begin(5));
        for (PgOutputBytes change : changes) {
            assertThat(send(change)).isEmpty();
        }
        return send(PgOutputBytes.commit(0x200)).orElseThrow();
    }

    private static PgOutputBytes film() {
        return PgOutputBytes.relation(null, FILM, "film", 'd', "*id", "title");
    }

    private static PgOutputBytes insert(@Nullable String... row) {
        return PgOutputBytes.insert(null, FILM, row);
    }

    private static PgOutputBytes update(
            char kind, List<@Nullable String> old, @Nullable String... row) {
        return PgOutputBytes.change('U', null)
                .int32(FILM)
                .kind(kind)
                .tuple(old.toArray(String[]::new))
                .kind('N')
                .tuple(row);
    }

    private static Tags rows(String... keys) {
        List<Tag> tags = new ArrayList<>(List.of(Tag.anyRow(NAME)));
        for (String key : keys) {
            tags.add(Tag.row(NAME, key));
        }
        return Tags.of(tags);
    }

    private static final Tags TABLE = Tags.of(List.of(Tag.table(NAME)));

    @Test
    void commit_saysWhatChanged() throws Exception {
        assertThat(transaction(film(), insert("1", "a"), insert("2", null)))
                .isEqualTo(
                        new CommittedTransaction(
                                new Lsn(0x200), 5, rows("1", "2"), false, Optional.empty(), false));
        // The description holds for later transactions.
        assertThat(transaction(update('K', List.of("2", ""), "3", PgOutputBytes.UNCHANGED)).tags())
                .isEqualTo(rows("2", "3"));
        assertThat(transaction().tags()).isEqualTo(Tags.NONE);
    }

    @Test
    void keyThatIsNotAllThere_isTheTable() throws Exception {
        assertThat(transaction(film(), insert("1", "a"), insert(null, "a")).tags())
                .isEqualTo(TABLE);
        assertThat(transaction(insert(PgOutputBytes.UNCHANGED, "a")).tags()).isEqualTo(TABLE);
        assertThat(transaction(insert()).tags()).isEqualTo(TABLE);
    }

    @Test
    void compositeKey_isInItsOwnOrder() throws Exception {
        assembler = new TransactionAssembler(_ -> List.of("b", "a"));
        assertThat(
                        transaction(
                                        PgOutputBytes.relation(null, FILM, "film", 'd', "*a", "*b"),
                                        insert("1", "x\"y"))
                                .tags())
                .isEqualTo(rows("\"x\\\"y\",\"1\""));
    }

    @Test
    void identityOtherThanThePrimaryKey_isTheTable() throws Exception {
        assertThat(
                        transaction(
                                        PgOutputBytes.relation(
                                                null, FILM, "film", 'i', "id", "*title"),
                                        insert("1", "a"))
                                .tags())
                .isEqualTo(TABLE);
        assertThat(
                        transaction(
                                        PgOutputBytes.relation(
                                                null, FILM, "film", 'f', "*id", "*title"),
                                        update('O', List.of("1", "a"), "1", "b"))
                                .tags())
                .isEqualTo(rows("1"));
        assembler = new TransactionAssembler(_ -> List.of());
        assertThat(
                        transaction(
                                        PgOutputBytes.relation(
                                                null, FILM, "film", 'f', "*id", "*title"),
                                        insert("1", "a"))
                                .tags())
                .isEqualTo(TABLE);
    }

    @Test
    void veryManyChanges_areTheTable() throws Exception {
        List<PgOutputBytes> changes = new ArrayList<>(List.of(film()));
        for (int i = 0; i < OpenTransaction.TABLE_CHANGES_MAX; i++) {
            changes.add(insert(Integer.toString(i), null));
        }
        assertThat(transaction(changes.toArray(PgOutputBytes[]::new)).tags().size())
                .isEqualTo(OpenTransaction.TABLE_CHANGES_MAX + 1);
        changes.add(insert("one more", null));
        assertThat(transaction(changes.toArray(PgOutputBytes[]::new)).tags()).isEqualTo(TABLE);
    }

    @Test
    void truncate_isTheTable() throws Exception {
        assertThat(
                        transaction(
                                        film(),
                                        insert("1", "a"),
                                        new PgOutputBytes().kind('T').int32(1).int8(0).int32(FILM))
                                .tags())
                .isEqualTo(TABLE);
    }

    @Test
    void logicalMessages_areUnderstoodByPrefix() throws Exception {
        CommittedTransaction told =
                transaction(
                        PgOutputBytes.message("tidemark.table", "public.a"),
                        PgOutputBytes.message("tidemark.row", "public.b:1:2"),
                        PgOutputBytes.message("tidemark.schema", ""),
                        PgOutputBytes.message("tidemark.heartbeat", "tick"),
                        PgOutputBytes.message("elsewhere", "public.c"));
        assertThat(told.tags())
                .isEqualTo(
                        Tags.of(
                                List.of(
                                        Tag.table("public.a"),
                                        Tag.row("public.b", "1:2"),
                                        // A name may have a colon.
                                        Tag.anyRow("public.b"),
                                        Tag.anyRow("public.b:1"))));
        assertThat(told.schemaChanged()).isTrue();
        assertThat(told.heartbeat()).contains("tick");
    }

    private void stream(int xid, PgOutputBytes... changes) throws Exception {
        send(PgOutputBytes.streamStart(xid, true));
        for (PgOutputBytes change : changes) {
            assertThat(send(change)).isEmpty();
        }
        send(PgOutputBytes.streamStop());
    }

    private static PgOutputBytes streamedFilm(int xid) {
        return PgOutputBytes.relation(xid, FILM, "film", 'd', "*id");
    }

    @Test
    void streamedTransactions_areKeptApartUntilTheyCommit() throws Exception {
        stream(20, streamedFilm(20), PgOutputBytes.insert(20, FILM, "1"));
        stream(21, streamedFilm(21), PgOutputBytes.insert(21, FILM, "2"));
        assertThat(transaction(film(), insert("3", "x")).tags()).isEqualTo(rows("3"));
        stream(20, PgOutputBytes.insert(22, FILM, "4"));
        send(PgOutputBytes.streamAbort(20, 22)); // it may leave its tags behind
        send(PgOutputBytes.streamAbort(21, 21));
        CommittedTransaction committed = send(PgOutputBytes.streamCommit(20, 0x400)).orElseThrow();
        assertThat(committed.xid()).isEqualTo(20);
        assertThat(committed.end()).isEqualTo(new Lsn(0x400));
        assertThat(committed.tags()).isEqualTo(rows("1", "4"));
        assertThatThrownBy(() -> send(PgOutputBytes.streamCommit(21, 0x500)))
                .isInstanceOf(MalformedPgOutputException.class);
    }

    @Test
    void descriptionInAStream_holdsForOthersOnceItHasCommitted() throws Exception {
        stream(20, streamedFilm(20), PgOutputBytes.insert(20, FILM, "1"));
        assertThatThrownBy(() -> transaction(insert("1")))
                .isInstanceOf(MalformedPgOutputException.class);
        assembler = new TransactionAssembler(_ -> List.of("id"));
        stream(20, streamedFilm(20), PgOutputBytes.insert(20, FILM, "1"));
        send(PgOutputBytes.streamCommit(20, 0x400));
        assertThat(transaction(insert("1")).tags()).isEqualTo(rows("1"));
    }

    @Test
    void descriptionInAStream_doesNotReplaceANewerOne() throws Exception {
        stream(
                20,
                PgOutputBytes.relation(20, FILM, "movie", 'd', "*id"),
                PgOutputBytes.insert(20, FILM, "1"));
        assertThat(transaction(film(), insert("2", "x")).tags()).isEqualTo(rows("2"));
        CommittedTransaction committed = send(PgOutputBytes.streamCommit(20, 0x400)).orElseThrow();
        assertThat(committed.tags())
                .isEqualTo(
                        Tags.of(List.of(Tag.anyRow("public.movie"), Tag.row("public.movie", "1"))));
        assertThat(transaction(insert("3", "x")).tags()).isEqualTo(rows("3"));
    }

    @Test
    void memory_isBoundedOverAllTransactions() throws Exception {
        assembler = new TransactionAssembler(_ -> List.of("id"), 300);
        for (int xid = 100; xid < 110; xid++) {
            send(PgOutputBytes.streamStart(xid, true));
            send(streamedFilm(xid));
            for (int i = 0; i < 100; i++) {
                send(PgOutputBytes.insert(xid, FILM, Integer.toString(i)));
            }
            send(PgOutputBytes.streamStop());
        }
        int whole = 0;
        for (int xid = 100; xid < 110; xid++) {
            CommittedTransaction committed =
                    send(PgOutputBytes.streamCommit(xid, 0x400 + xid)).orElseThrow();
            assertThat(committed.overflowed() || committed.tags().size() > 0).isTrue();
            whole += committed.tags().equals(TABLE) || committed.overflowed() ? 1 : 0;
        }
        assertThat(whole).isGreaterThanOrEqualTo(8);
    }

    @Test
    void tooManyTables_cannotBeTold() throws Exception {
        send(PgOutputBytes.begin(5));
        for (int oid = 0; oid <= OpenTransaction.TABLES_MAX; oid++) {
            send(PgOutputBytes.relation(null, oid, "t" + oid, 'd', "*id"));
            send(PgOutputBytes.insert(null, oid, "1"));
        }
        CommittedTransaction committed = send(PgOutputBytes.commit(0x200)).orElseThrow();
        assertThat(committed.overflowed()).isTrue();
        assertThat(committed.tags()).isEqualTo(Tags.NONE);
    }

    @Test
    void changesOutOfPlace_areRefused() throws Exception {
        assertThatThrownBy(() -> send(insert("1"))).isInstanceOf(MalformedPgOutputException.class);
        assertThatThrownBy(() -> send(PgOutputBytes.commit(1)))
                .isInstanceOf(MalformedPgOutputException.class);
        send(PgOutputBytes.begin(1));
        assertThatThrownBy(() -> send(PgOutputBytes.begin(2)))
                .isInstanceOf(MalformedPgOutputException.class);
        assertThatThrownBy(() -> send(insert("1"))).isInstanceOf(MalformedPgOutputException.class);
    }
}
