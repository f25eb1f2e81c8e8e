package dev.tidemark.retrieval;

import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.AnswerHeaders;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the service answered. */
@SuppressWarnings("ArrayRecordComponent")
public record Reply(int status, HttpHeaders headers, byte[] bytes) {

    public String body() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The first value; empty if there is none. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** What the origin says of the answer. */
    public AnswerHeaders internal() {
        return AnswerHeaders.parse(name -> headers.allValues(name)).orElseThrow();
    }

    /** The tags of these texts, to compare with. */
    public static Tags tags(String... texts) {
        return Tags.of(Arrays.stream(texts).map(Tag::new).toList());
    }

    @Override
    public String toString() {
        return status + " " + headers.map() + "\n" + body();
    }
}
