package dev.tidemark.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenHeadersTest {

    @Test
    void fields_areReadBack() {
        for (Tags tags : List.of(Tags.NONE, Tags.ofHashes(1, -2, 3))) {
            WrittenHeaders written =
                    new WrittenHeaders(
                            new DatabaseIdentity(-7, 2, 16_384, -9),
                            971,
                            Lsn.parse("A/1F6A5E0"),
                            tags);

            assertThat(
                            WrittenHeaders.parse(name ->
                                    written.fields().stream()
                                            .filter(field -> field.name().equals(name))
                                            .map(HeaderField::value)
                                            .toList()))
                    .contains(written);
            assertThat(written.fields()).allMatch(field -> AnswerHeaders.isInternal(field.name()));
        }
    }

    @Test
    void whatIsNotWellFormed_isAbsent() {
        assertThat(WrittenHeaders.parse(_ -> List.of())).isEmpty();
        assertThat(WrittenHeaders.parse(_ -> List.of("1 x"))).isEmpty();
        assertThat(WrittenHeaders.parse(_ -> List.of("-1 0/0 0 0 0 0"))).isEmpty();
    }
}
