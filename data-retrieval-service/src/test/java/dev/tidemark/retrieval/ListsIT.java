package dev.tidemark.retrieval;

import static dev.tidemark.retrieval.Reply.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Repeatability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists: the dialect's operators, projections, orders and pages. */
class ListsIT {

    private final Service service = Service.shared();

    private String films(String query) {
        Reply reply = service.get("/film?select=film_id&" + query);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.body().replaceAll("[^0-9,]|\\n", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "film_id=eq.2 | 2",
                "film_id=neq.2 | 1,3,4",
                "length=gt.48 | 1,4",
                "length=gte.48 | 1,2,4",
                "length=lt.86 | 2",
                "length=lte.86 | 1,2",
                "length=not.lte.86 | 4",
                "title=like.AC* | 1,2",
                "title=like.AC%25 | 1,2",
                "title=ilike.*dino* | 1",
                "title=not.ilike.*dino* | 2,3,4",
                "title=like.*%5C%5C* | 3",
                "code=like.A* | 1,2",
                "slug=like.a* | 1,2",
                "title=match.%5EAC. | 1,2",
                "title=imatch.%5Eac | 1,2",
                "title=eq.He%20said%20%22hi%22%2C%20O'Neil%20%26%20co.%20100%25%20%5C%20%C3%BCn%C3%AFc%C3%B6d%C3%A9%20%E6%97%A5%E6%9C%AC | 3",
                "film_id=in.(1,3) | 1,3",
                "film_id=not.in.(1,3) | 2,4",
                "film_id=in.() | ''",
                "film_id=not.in.() | 1,2,3,4",
                "genre=in.(drama,comedy) | 1,4",
                "genre=not.in.(drama) | 2,4",
                "title=in.(\"ACE GOLDFINGER\",\"x,y\") | 2",
                "length=is.null | 3",
                "length=not.is.null | 1,2,4",
                "length=is.not_null | 1,2,4",
                "seen=is.true | 1",
                "seen=is.false | 2",
                "seen=is.unknown | 3,4",
                "seen=not.is.true | 2,3,4",
                "seen=eq.t | 1",
                "length=isdistinct.86 | 2,3,4",
                "length=not.isdistinct.86 | 1",
                "handle=isdistinct.ALICE | 2,3,4",
                "handle=eq.ALICE | 1",
                "handle=in.(ALICE,BOB) | 1,2",
                "handle=like.AL* | 1",
                "code=eq.AD | 1",
                "slug=eq.ace | 2",
                "genre=eq.horror | 2",
                "genre=gt.drama | 2,4",
                "released=gte.2006 | 1,2",
                "rate=eq.2.5 | 4",
                "score=eq.NaN | 2",
                "score=lt.0 | 4",
                "shown=gte.2022-02-14T22:00:00%2B00:00 | 2",
                "day=eq.2022-02-14 | 1",
                "host=eq.10.0.0.1 | 1",
                "uid=eq.00000000-0000-0000-0000-000000000001 | 1",
                "blob=eq.%5Cx01ff | 1",
                "tags=cs.{b} | 1,2",
                "tags=cd.{a,b,x} | 1,4",
                "tags=ov.{c,x} | 2",
                "tags=eq.{a,b} | 1",
                "tags=in.(\"{a,b}\",\"{}\") | 1,4",
                "attributes=cs.{\"x\":1} | 1",
                "attributes=cd.{\"x\":2} | 2,4",
                "weeks=cs.[2,3] | 1",
                "weeks=ov.[5,6] | 2",
                "weeks=cd.[0,6) | 1,4",
                "words=fts.dinosaur | 1",
                "words=fts(english).dinosaurs | 1",
                "words=plfts(english).gold%20finger | 2",
                "words=phfts(english).gold%20finger | ''",
                "words=wfts(english).dinosaur%20or%20gold | 1,2",
                "words=not.fts(english).gold | 1,4",
                "title=fts(english).dinosaurs | 1",
                "attributes=fts.nothing | ''",
                "or=(film_id.eq.1,length.gt.100) | 1,4",
                "and=(film_id.gt.1,or(genre.eq.comedy,title.like.ACE*)) | 2,4",
                "not.or=(film_id.eq.1,film_id.eq.2) | 3,4",
                "not.and=(film_id.gt.1,film_id.lt.4) | 1,4",
                "and=(tags.cs.{a,b},film_id.not.in.(3,4)) | 1",
                "film_id=gt.1&film_id=lt.3 | 2",
            })
    void filter_selects(String query, String expected) {
        assertThat(films(encodedBrackets(query))).isEqualTo(expected);
    }

    /** What URIs of Java refuse. */
    private static String encodedBrackets(String query) {
        return query.replace("{", "%7B")
                .replace("}", "%7D")
                .replace("\"", "%22")
                .replace("[", "%5B")
                .replace("]", "%5D")
                .replace(" ", "%20");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "length=like.8* | 42883 | the operator 'like' does not fit the column 'length',"
                        + " which is of type smallint",
                "length=cs.8 | 42883 | the operator 'cs' does not fit the column 'length'",
                "title=is.true | 42883 | the operator 'is.true' does not fit the column 'title'",
                "length=fts.x | 42883 | the operator 'fts' does not fit the column 'length'",
                "raw=eq.1 | 42883 | the operator 'eq' does not fit the column 'raw', which is of"
                        + " type json",
                "length=eq.abc | 22P02 | the value 'abc' does not fit the column 'length', which is"
                        + " of type smallint",
                "length=eq.99999 | 22003 | the value '99999' does not fit the column 'length'",
                "day=gt.2022-13-01 | 22008 | the value '2022-13-01' does not fit the column 'day',"
                        + " which is of type date",
                "film_id=in.(1,2,three) | 22P02 | the value 'three' does not fit the column"
                        + " 'film_id', which is of type integer",
                "released=eq.x&length=eq.1 | 22P02 | the value 'x' does not fit the column"
                        + " 'released', which is of type public.year",
                "genre=eq.musical | 22P02 | which is of type public.genre",
                "tags=cs.x | 22P02 | which is of type text[]",
                "title=match.%28 | 2201B | invalid regular expression",
                "words=fts.a%20b | 42601 | syntax error in tsquery",
                "words=fts(klingon).a | 42704 | text search configuration",
                "nope=eq.1 | 42703 | column film.nope does not exist",
                "or=(film_id.eq.1,nope.eq.1) | 42703 | column film.nope does not exist",
                "order=nope | 42703 | column film.nope does not exist",
                "order=raw | PGRST100 | rows cannot be ordered by the column 'raw', which is of"
                        + " type json",
                "length=foo.1 | PGRST100 | the filter on 'length' has no operator 'foo'",
            })
    void wrongFilter_isRefusedByName(String query, String code, String message) {
        Reply reply = service.get("/film?" + encodedBrackets(query));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.body()).contains("\"code\":\"" + code + "\"").contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "film_id,title | {\"film_id\":1,\"title\":\"ACADEMY DINOSAUR\"}",
                "name:title,film_id::text | {\"name\":\"ACADEMY DINOSAUR\",\"film_id\":\"1\"}",
                "length::numeric,l:length | {\"length\":86,\"l\":86}",
                "d:shown::date,g:genre::text | {\"d\":\"2022-02-14\",\"g\":\"drama\"}",
                "t:tags::varchar[],y:released::year | {\"t\":[\"a\",\"b\"],\"y\":2006}",
                "released::integer,rate::double precision | {\"released\":2006,\"rate\":0.99}",
                "g:genre::genre,title,title | {\"g\":\"drama\",\"title\":\"ACADEMY DINOSAUR\"}",
                "weeks,host,blob,uid | {\"weeks\":\"[1,5)\",\"host\":\"10.0.0.1\",\"blob\":\"\\\\x01ff\","
                        + "\"uid\":\"00000000-0000-0000-0000-000000000001\"}",
                "\"quo\\\"te ü ;--\":title | {\"quo\\\"te ü ;--\":\"ACADEMY DINOSAUR\"}",
                "a:title,a:film_id | 400",
                "title::regclass | 400",
                "title::nonsense | 400",
                "nope | 400",
            })
    void select_shapesTheRow(String select, String expected) {
        Reply reply = service.get("/film?film_id=eq.1&select=" + Service.encoded(select));

        if (expected.equals("400")) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        } else {
            assertThat(reply.body()).isEqualTo('[' + expected + ']');
        }
    }

    @Test
    void longAlias_isKeptWhole() {
        String alias = "a".repeat(200);
        assertThat(service.get("/film?film_id=eq.1&select=" + alias + ":film_id").body())
                .isEqualTo("[{\"" + alias + "\":1}]");
    }

    @Test
    void order_isAsAskedElseByPrimaryKey() {
        assertThat(films("")).isEqualTo("1,2,3,4");
        assertThat(films("order=length")).isEqualTo("2,1,4,3");
        assertThat(films("order=length.desc")).isEqualTo("3,4,1,2");
        assertThat(films("order=length.desc.nullslast")).isEqualTo("4,1,2,3");
        assertThat(films("order=length.nullsfirst,title")).isEqualTo("3,2,1,4");
        assertThat(films("order=seen.asc.nullsfirst,film_id.desc")).isEqualTo("4,3,2,1");
        assertThat(films("order=genre.desc.nullslast,handle")).isEqualTo("2,4,1,3");
        assertThat(service.get("/payment?select=payment_id&order=amount.desc").body())
                .isEqualTo("[{\"payment_id\":2},\n{\"payment_id\":1}]");
    }

    @Test
    void pages_sayWhereTheyAre() {
        assertPage("/film?limit=2", "", 200, "0-1/*");
        assertPage("/film?limit=2&offset=1", "count=exact", 206, "1-2/4");
        assertPage("/film?limit=10", "count=exact", 200, "0-3/4");
        assertPage("/film?offset=9", "", 200, "*/*");
        assertPage("/film?offset=4", "count=exact", 206, "*/4");
        assertPage("/film?offset=5", "count=exact", 416, "");
        assertPage("/film?limit=0", "count=exact", 206, "*/4");
        assertPage("/nothing?id=lt.0", "count=exact", 200, "*/0");
        assertPage("/film?film_id=eq.1", "count=exact", 200, "0-0/1");
        assertPage("/film?film_id=in.(1,2)&limit=1", "count=exact", 206, "0-0/2");
        assertPage("/big?select=id", "", 200, "0-999/*");
        assertPage("/big?select=id&limit=99999", "", 200, "0-9999/*");
        assertThat(service.get("/film?limit=3", "Range", "1-1").header("Content-Range"))
                .isEqualTo("1-1/*");
        assertThat(service.get("/film?offset=9", "Prefer", "count=exact").body())
                .contains("\"code\":\"PGRST103\"");
    }

    private void assertPage(String target, String prefer, int status, String range) {
        Reply reply = service.get(target, "Prefer", prefer);
        assertThat(reply.status()).as(target).isEqualTo(status);
        assertThat(reply.header("Content-Range")).as(target).isEqualTo(range);
    }

    @Test
    void entityTagOfAList_changesWithTheCount() {
        String query = "/keyless?limit=1&order=n";
        String before = service.get(query, "Prefer", "count=exact").header("ETag");
        Service.database().execute("INSERT INTO keyless VALUES (3, 'c')");
        Reply after = service.get(query, "Prefer", "count=exact");
        Service.database().execute("DELETE FROM keyless WHERE n = 3");

        assertThat(after.body()).isEqualTo("[{\"n\":1,\"t\":\"a\"}]");
        assertThat(after.header("ETag")).isNotEqualTo(before);
        assertThat(service.get(query, "Prefer", "count=exact").header("ETag")).isEqualTo(before);
    }

    @Test
    void object_isExactlyOneRow() {
        String[] accept = {"Accept", "application/vnd.pgrst.object+json"};
        Reply one = service.get("/film?select=film_id&title=like.ACE*", accept);
        assertThat(one.body()).isEqualTo("{\"film_id\":2}");
        assertThat(one.header("Content-Type")).startsWith("application/vnd.pgrst.object+json");
        assertThat(service.get("/film?select=film_id", accept))
                .satisfies(many -> {
                    assertThat(many.status()).isEqualTo(406);
                    assertThat(many.body()).contains("PGRST116", "more than 1 row");
                });
        assertThat(service.get("/film?film_id=eq.99", accept))
                .satisfies(none -> {
                    assertThat(none.status()).isEqualTo(406);
                    assertThat(none.body()).contains("PGRST116", "The result contains 0 rows");
                    // A session that has seen this must not see the row again that has gone.
                    assertThat(none.internal().seenLsn()).isNotEqualTo(Lsn.UNKNOWN);
                    assertThat(none.internal().cacheable()).isTrue();
                    assertThat(none.internal().tags())
                            .isEqualTo(tags("public.film:99", "public.film:*"));
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/film/1 | SAME",
                "/film/99 | SAME",
                "/film?film_id=eq.1&order=title | SAME",
                "/film | SAME",
                "/film?limit=2 | SAME",
                "/film?limit=2&order=title,film_id.desc | SAME",
                "/film?order=title | ANY_ORDER",
                "/film?limit=5&order=title | ANY_ORDER",
                "/film?limit=4&order=title | ANY_ROWS",
                "/film?limit=9&offset=1&order=title | ANY_ROWS",
                "/keyless | ANY_ORDER",
                "/vehicle | ANY_ORDER",
            })
    void answer_saysWhatItWouldHaveInCommonWithAnother(String target, Repeatability expected) {
        Reply reply = service.get(target);
        assertThat(Repeatability.of(name -> reply.headers().allValues(name)))
                .as(reply.toString())
                .isEqualTo(expected);
    }

    @Test
    void inheritedRows_areThere() {
        assertThat(service.get("/vehicle?select=id").body()).isEqualTo("[{\"id\":1},\n{\"id\":2}]");
    }
}
