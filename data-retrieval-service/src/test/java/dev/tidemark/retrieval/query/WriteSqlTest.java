package dev.tidemark.retrieval.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Catalogues;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.SqlType;
import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WriteSqlTest {

    private static final Column ID =
            new Column(
                    "film_id",
                    new SqlType("pg_catalog", "int4", "integer", 'b', 'N', true, ','),
                    "integer",
                    true);
    private static final Column TITLE =
            new Column(
                    "title?{0}",
                    new SqlType("pg_catalog", "text", "text", 'b', 'S', true, ','), "text", true);
    private static final Table FILM =
            new Table(
                    new TableName("public", "film"),
                    Table.Kind.TABLE,
                    List.of(ID, TITLE),
                    List.of(ID),
                    List.of("public.film"),
                    List.of());
    private static final Catalogue CATALOGUE =
            Catalogues.of(
                    Map.of(FILM.name(), FILM),
                    List.of("= pg_catalog pg_catalog.int4", "= pg_catalog pg_catalog.text"),
                    DatabaseIdentity.UNKNOWN);

    private static final String TOLD =
            " select s.*, r.* from (select cast(pg_current_xact_id() as pg_catalog.text) as"
                    + " \"xid\", cast(0 as bigint) as \"incarnation\", (select count(*) from w) as"
                    + " total, (select count(*) from w where inserted) as inserted, cast(null as"
                    + " bigint) as matching) as s left join (select * from w limit 1001) as r on"
                    + " true";
    private static final String KEY = "concat(\"t\".\"film_id\") as \"key1\"";
    private static final String BODY =
            "with p as (select * from json_to_recordset(cast(? as json)) as v (\"film_id\""
                    + " \"pg_catalog\".\"int4\", \"title?{0}\" \"pg_catalog\".\"text\")), ";
    private static final Payload BOTH = payload("film_id", "title?{0}");

    private static Payload payload(String... names) {
        return new Payload("[{?}]", List.of(new Payload.Group(List.of(names), List.of(1))));
    }

    private static WriteStatement statement(
            String method, String target, Payload payload, String prefer) {
        return statement(method, target, payload, prefer, Optional.empty());
    }

    private static WriteStatement statement(
            String method,
            String target,
            Payload payload,
            String prefer,
            Optional<List<String>> rowHashes) {
        WriteRequest.Parsed parsed =
                WriteRequest.parse(
                        method,
                        "/rest/v1" + target,
                        name -> name.equals("Prefer") ? List.of(prefer) : List.of());
        CanonicalWrite write = ((WriteRequest.Parsed.Write) parsed).request().canonical();
        return WriteSql.of(
                CATALOGUE, FILM, write, payload, rowHashes, new LimitsProperties(1000, 10_000));
    }

    @Test
    void insert_readsTheBodyAsOneParameter() {
        WriteStatement insert = statement("POST", "/film", BOTH, "");

        assertThat(insert.sql())
                .isEqualTo(
                        BODY
                                + "\"w\" as (insert into \"public\".\"film\" as \"t\" (\"film_id\","
                                + " \"title?{0}\") select \"p\".\"film_id\", \"p\".\"title?{0}\""
                                + " from p  returning 1 as written, true as \"inserted\", "
                                + KEY
                                + ")"
                                + TOLD);
        assertThat(insert.parameters()).containsExactly("[{?}]");
        assertThat(insert.exact()).isTrue();
    }

    @Test
    void upsert_recognisesRowsByTheKeyUnlessToldOtherwise() {
        assertThat(statement("POST", "/film", BOTH, "resolution=merge-duplicates").sql())
                .contains(
                        " on conflict (\"film_id\") do update set \"film_id\" ="
                                + " \"excluded\".\"film_id\", \"title?{0}\" ="
                                + " \"excluded\".\"title?{0}\" returning 1 as written,"
                                + " (\"t\".\"xmax\" = 0) as \"inserted\"");
        WriteStatement byTitle =
                statement(
                        "POST",
                        "/film?on_conflict=title%3F%7B0%7D",
                        BOTH,
                        "resolution=merge-duplicates");
        assertThat(byTitle.sql()).contains(" on conflict (\"title?{0}\") do update");
        assertThat(byTitle.exact()).as("the row may get another key").isFalse();
        assertThat(statement("POST", "/film", BOTH, "resolution=ignore-duplicates").sql())
                .contains(" on conflict (\"film_id\") do nothing");
    }

    @Test
    void update_comparesTheRowsHashInItsOwnCondition() {
        WriteStatement update =
                statement(
                        "PATCH",
                        "/film/7",
                        payload("title?{0}"),
                        "",
                        Optional.of(List.of("abc", "def")));

        assertThat(update.sql())
                .contains(
                        "w as (update \"public\".\"film\" as \"t\" set \"title?{0}\" ="
                                + " \"p\".\"title?{0}\" from p where ((\"t\".\"film_id\" = cast(? as"
                                + " \"pg_catalog\".\"int4\")) and md5(cast(row(\"t\".\"film_id\","
                                + " \"t\".\"title?{0}\") as pg_catalog.text)) = any (cast(? as"
                                + " pg_catalog.text[]))) returning");
        assertThat(update.parameters()).containsExactly("[{?}]", "7", "{\"abc\",\"def\"}");
    }

    @Test
    void updateOfTheKey_locksTheRowsFirst() {
        WriteStatement update = statement("PATCH", "/film?film_id=eq.7", BOTH, "");

        assertThat(update.sql())
                .contains(
                        "o as (select \"t\".\"film_id\" as \"o1\" from \"public\".\"film\" as \"t\""
                                + " where (\"t\".\"film_id\" = cast(? as"
                                + " \"pg_catalog\".\"int4\")) for update)")
                .contains("from p, o where (\"t\".\"film_id\" = \"o\".\"o1\") returning")
                .contains("concat(\"o\".\"o1\") as \"old1\"");
        assertThat(update.oldKeys()).isTrue();
    }

    @Test
    void delete_hasNoBody() {
        assertThat(statement("DELETE", "/film?film_id=eq.7", Payload.NONE, "").sql())
                .isEqualTo(
                        "with w as (delete from \"public\".\"film\" as \"t\" where"
                                + " (\"t\".\"film_id\" = cast(? as \"pg_catalog\".\"int4\"))"
                                + " returning 1 as written, false as \"inserted\", "
                                + KEY
                                + ")"
                                + TOLD);
    }

    @Test
    void rowsThatLackDifferentColumns_areInsertedInGroups() {
        Payload groups =
                new Payload(
                        "[]",
                        List.of(
                                new Payload.Group(List.of("film_id"), List.of(1, 3)),
                                new Payload.Group(List.of(), List.of(2))));

        assertThat(statement("POST", "/film", groups, "").sql())
                .contains(
                        "from rows from (json_to_recordset(cast(? as json)) as (\"film_id\""
                                + " \"pg_catalog\".\"int4\")) with ordinality as v (\"film_id\","
                                + " \"n\")")
                .contains("from p where \"p\".\"n\" = any (cast(? as pg_catalog.int8[]))")
                .contains("\"w1\" as (insert into \"public\".\"film\" as \"t\" default values")
                .contains("w as (select * from \"w0\" union all select * from \"w1\")");
    }

    @Test
    void whatIsNotServed_isNotWritten() {
        assertThatThrownBy(() -> statement("POST", "/film", payload("nope"), ""))
                .isInstanceOf(ProblemException.class)
                .hasMessage("column film.nope does not exist");
        assertThatThrownBy(() -> statement("PATCH", "/film?film_id=eq.1", payload("film_i"), ""))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().hint().orElseThrow()).contains("'film_id'"));
        assertThatThrownBy(() -> statement("PUT", "/film/1", payload("title?{0}"), ""))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("not the key that the request names");
    }
}
