package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dump with whatever a real database has, loaded and served. */
@Order(SharedSuite.BEFORE_IT_STARTS)
class LoadIT {

    private static final Path DUMP =
            RunningSuite.HOME.resolve(
                    "quickstart/src/test/resources/dev/tidemark/quickstart/load/library.sql");

    @SuppressWarnings("NullAway.Init")
    private static RunningSuite suite;

    @BeforeAll
    static void start() throws IOException {
        suite = RunningSuite.start("--load", DUMP.toString(), "--hide", "reader.note");
    }

    @AfterAll
    static void stop() throws IOException {
        suite.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    book/1?select=title,printed,shelf,subjects | {"title":"Gödel, Escher, Bach","printed":1979,"shelf":"A","subjects":["logic","art; music","say \\"hi\\""]}
                    book/1?select=fulltext,price,cover | {"fulltext":"'bach':3 'escher':2 'gödel':1","price":12.50,"cover":"\\\\xdeadbeef"}
                    book/2?select=title,printed | {"title":"A tab\\tand a\\nnew line, a \\\\ and a \\\\. too","printed":null}
                    book/01?select=book_id | {"book_id":1}
                    book?select=title&title=like.*📚 | [{"title":"日本の本 📚"}]
                    book?select=book_id&subjects=cs.{logic} | [{"book_id":1}]
                    book?select=book_id&fulltext=fts(simple).bach | [{"book_id":1}]
                    book?select=book_id&shelf=in.(A,"C'3")&order=book_id.desc | [{"book_id":3}, {"book_id":1}]
                    book?select=book_id&printed=is.null | [{"book_id":2}]
                    loan?select=loan_id&lent=gte.2026-01-01T00:00:00Z&order=loan_id | [{"loan_id":2}, {"loan_id":3}]
                    reader/2 | {"reader_id":2,"name":"Björn"}
                    reader?select=reader_id | [{"reader_id":1}, {"reader_id":2}]
                    """)
    void everyKindOfColumn_isServed(String target, String body) {
        HttpResponse<String> response = suite.get("/rest/v1/" + RunningSuite.encode(target));

        assertThat(response.body().replace("},\n{", "}, {")).isEqualTo(body);
    }

    @Test
    void partitionedTable_isReadByItsKey() {
        HttpResponse<String> first = suite.get("/rest/v1/loan/2025-12-31T23:59:59.999999Z,1");
        HttpResponse<String> otherSpelling =
                suite.get("/rest/v1/loan/2026-01-01%2000:59:59.999999+01,1");

        assertThat(first.body()).startsWith("{\"loan_id\":1,");
        assertThat(otherSpelling.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @CsvSource({"book_list", "loans_by_year"})
    void views_areServed(String view) {
        HttpResponse<String> response = suite.get("/rest/v1/" + view);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).startsWith("[{");
    }

    @ParameterizedTest
    @CsvSource({
        "reader?select=note",
        "reader?note=eq.x",
        "reader?order=note",
        "'reader?or=(note.eq.x,reader_id.eq.1)'"
    })
    void hiddenColumn_canNeitherBeReadNorAskedFor(String target) {
        HttpResponse<String> response = suite.get("/rest/v1/" + target);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("note");
    }
}
