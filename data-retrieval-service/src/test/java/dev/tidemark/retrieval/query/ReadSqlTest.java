package dev.tidemark.retrieval.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Catalogues;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.SqlType;
import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadSqlTest {

    private static final Column ID =
            new Column(
                    "film_id",
                    new SqlType("pg_catalog", "int4", "integer", 'b', 'N', true, ','),
                    "integer",
                    true);
    private static final Column TITLE =
            new Column(
                    "title",
                    new SqlType("pg_catalog", "text", "text", 'b', 'S', true, ','),
                    "text",
                    true);
    private static final Column HANDLE =
            new Column(
                    "handle",
                    new SqlType("ext", "citext", "ext.citext", 'b', 'S', true, ','),
                    "ext.citext",
                    true);
    private static final Table FILM =
            new Table(
                    new TableName("public", "film"),
                    Table.Kind.TABLE,
                    List.of(ID, TITLE, HANDLE),
                    List.of(ID),
                    List.of("public.film"),
                    List.of());
    private static final Catalogue CATALOGUE =
            Catalogues.of(
                    Map.of(FILM.name(), FILM),
                    List.of(
                            "= pg_catalog pg_catalog.int4",
                            "< pg_catalog pg_catalog.int4",
                            "= pg_catalog pg_catalog.text",
                            "> pg_catalog pg_catalog.text",
                            "< pg_catalog pg_catalog.text",
                            "~~ pg_catalog pg_catalog.text",
                            "= ext ext.citext",
                            // Planted where anyone may create: never taken.
                            "= public pg_catalog.int4",
                            "<> public ext.citext"),
                    DatabaseIdentity.UNKNOWN);

    private static final String SNAPSHOT =
            "select s.*, r.* from (select cast(pg_snapshot_xmin(pg_current_snapshot()) as"
                    + " pg_catalog.text) as \"version\", cast(case when pg_is_in_recovery() then"
                    + " pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end as"
                    + " pg_catalog.text) as \"lsn\", cast(0 as bigint) as \"incarnation\", cast(null as bigint) as \"policies\", false as \"followed\", true as \"current\", ";

    private static final LimitsProperties LIMITS = new LimitsProperties(1000, 10_000);

    private static CanonicalRequest request(String target) {
        ReadRequest.Parsed parsed = ReadRequest.parse("GET", "/rest/v1" + target, _ -> List.of());
        return ((ReadRequest.Parsed.Read) parsed).request().canonical();
    }

    private static TableQuery query(String target) {
        return ReadSql.of(CATALOGUE, FILM, request(target), LIMITS, ServerRole.PRIMARY);
    }

    @Test
    void list_isOneStatementWithItsSnapshot() {
        TableQuery query = query("/film?select=title&title=eq.x&limit=5&offset=2");

        assertThat(query.sql())
                .isEqualTo(
                        SNAPSHOT
                                + "cast(null as bigint) as \"total\") as s left join lateral (select"
                                + " (select cast(row_to_json(\"x\") as pg_catalog.text) from"
                                + " (select \"t\".\"title\" as \"title\") as \"x\") as \"json\""
                                + " from (select \"t\".\"title\" from \"public\".\"film\" as \"t\""
                                + " where (\"t\".\"title\" = cast(? as \"pg_catalog\".\"text\"))"
                                + " order by \"t\".\"film_id\" asc offset ? rows fetch next ? rows"
                                + " only) as \"t\") as r on true");
        assertThat(query.parameters()).containsExactly("x", 2L, 5L);
        assertThat(query.oneRow()).isFalse();
        assertThat(query.keyed()).isEqualTo(TableQuery.Keyed.NO);
    }

    @Test
    void row_isReadWithItsHashAndTheKeyAsked() {
        TableQuery query = query("/film/01?select=film_id");

        assertThat(query.sql())
                .contains("array(select distinct concat(v) from unnest(cast(? as")
                .contains("md5(cast(row(\"t\".\"film_id\", \"t\".\"title\", \"t\".\"handle\")")
                .doesNotContain("order by");
        assertThat(query.parameters()).containsExactly("{\"01\"}", "01", 0L, 1L);
        assertThat(query.oneRow()).isTrue();
        assertThat(query.keyed()).isEqualTo(TableQuery.Keyed.ASKED);
    }

    @Test
    void operatorOfAnExtension_isNamedAndNoOtherSchemaIsAsked() {
        assertThat(query("/film?handle=eq.x").sql())
                .contains("\"t\".\"handle\" operator(\"ext\".=) cast(? as \"ext\".\"citext\")");
        assertThat(query("/film?film_id=eq.1").sql())
                .contains("\"t\".\"film_id\" = cast(? as \"pg_catalog\".\"int4\")")
                .doesNotContain("operator(");
        assertThat(CATALOGUE.operators().find("<>", HANDLE.type())).isEmpty();
    }

    @Test
    void textOfTheRequest_isNeverInTheStatement() {
        String evil = "ev%27il%22%3B--%3F%7B0%7D";
        for (String target :
                List.of(
                        "/film?title=eq." + evil,
                        "/film?film_id=in.(" + evil + ",2)",
                        "/film?or=(title.eq.\""
                                + evil.replace("%22", "%5C%22")
                                + "\",title.is.null)",
                        "/film?select=" + evil + ":title",
                        "/film/" + evil)) {
            TableQuery query = query(target.replace("\"", "%22"));
            assertThat(query.sql()).as(target).doesNotContain("ev'il", "{0}");
            assertThat(query.parameters().toString()).contains("ev'il");
            assertThat(query.sql().chars().filter(c -> c == '?').count())
                    .as(query.sql())
                    .isEqualTo(query.parameters().size());
        }
    }

    @Test
    void statementRenderedBefore_isTheOneThatWouldBeRenderedNow() {
        RenderedStatements statements = new RenderedStatements(ServerRole.PRIMARY);
        // NUL, which marks are made of, is what the grammar refuses.
        for (String value : List.of("1", "2", "a%22b", "%7B%22x%22%7D", "")) {
            for (String target :
                    List.of(
                            "/film/" + (value.isEmpty() ? "x" : value),
                            "/film?film_id=eq." + value,
                            "/film?film_id=eq." + value + "&title=gt.z" + value,
                            "/film?title=gt." + value + "&title=gt.5&title=not.lt.x",
                            "/film?film_id=in.(3,%22" + value.replace("%22", "") + "%22)",
                            "/film?title=like." + value,
                            "/film?or=(film_id.eq.1,title.eq.2)&handle=eq." + value,
                            "/film?select=" + "n:title&limit=3&offset=1&film_id=eq." + value,
                            "/film?order=film_id.desc")) {
                CanonicalRequest request = request(target);
                TableQuery fresh = ReadSql.of(CATALOGUE, FILM, request, LIMITS, ServerRole.PRIMARY);
                assertThat(statements.of(CATALOGUE, FILM, request, LIMITS))
                        .as(target)
                        .isEqualTo(fresh);
                assertThat(statements.of(CATALOGUE, FILM, request, LIMITS))
                        .as(target)
                        .isEqualTo(fresh);
            }
        }
    }

    @Test
    void projectionHash_differsWhereTheAnswerDoes() {
        assertThat(query("/film?select=*").projectionHash())
                .isEqualTo(query("/film?select=film_id,title,handle").projectionHash())
                .isNotEqualTo(query("/film?select=title,film_id,handle").projectionHash())
                .isNotEqualTo(query("/film?select=film_id,title").projectionHash());
        assertThat(query("/film?select=a:title").projectionHash())
                .isNotEqualTo(query("/film?select=b:title").projectionHash());
    }

    @Test
    void arrayLiteral_quotesEveryElement() {
        assertThat(Sql.arrayLiteral(List.of("a", "", "NULL", "q\"b\\s", "{,}"), ','))
                .isEqualTo("{\"a\",\"\",\"NULL\",\"q\\\"b\\\\s\",\"{,}\"}");
        assertThat(Sql.arrayLiteral(List.of("(1,2)", "(3,4)"), ';'))
                .isEqualTo("{\"(1,2)\";\"(3,4)\"}");
    }
}
