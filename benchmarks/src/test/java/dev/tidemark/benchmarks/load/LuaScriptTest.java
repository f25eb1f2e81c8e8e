package dev.tidemark.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.benchmarks.load.Requests.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class LuaScriptTest {

    @Test
    void oneRequest_isLeftToWrk() {
        assertThat(LuaScript.text(Requests.of("/a?b=c")))
                .contains("wrk.method = [==[GET]==]", "wrk.path = [==[/a?b=c]==]", "done =")
                .doesNotContain("request = function", "wrk.body");
    }

    @Test
    void severalRequests_areEachWrittenOnce() {
        Request read = Request.get("/a");
        Request write = new Request("PATCH", "/b", "{\"x\":1}");

        assertThat(
                        LuaScript.text(
                                new Requests(
                                        List.of(read, write, read),
                                        List.of("Content-Type: application/json"))))
                .contains("wrk.headers[ [==[Content-Type]==] ] = [==[application/json]==]")
                .contains("local lines = [[\nGET\t/a\t\nPATCH\t/b\t{\"x\":1}\n]]")
                .contains("local order = [[\n1\n2\n1\n]]");
    }

    @Test
    void nothing_isNoLoad() {
        assertThatThrownBy(() -> Requests.gets(List.of())).hasMessage("no requests");
    }
}
