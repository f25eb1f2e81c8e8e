package dev.tidemark.retrieval.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.retrieval.problem.ProblemException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentRangeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 5, , 0-4/*, 200",
        "0, 0, , */*, 200",
        "9, 0, , */*, 200",
        "0, 5, 5, 0-4/5, 200",
        "2, 3, 5, 2-4/5, 206",
        "0, 0, 0, */0, 200",
        "5, 0, 5, */5, 206",
        "0, 0, 5, */5, 206",
    })
    void page_isSaidAsPostgrestDoes(long offset, long rows, Long total, String text, int status) {
        ContentRange range = new ContentRange(offset, rows, optional(total));

        assertThat(range).hasToString(text);
        assertThat(range.status()).isEqualTo(status);
    }

    private static OptionalLong optional(@org.jspecify.annotations.Nullable Long total) {
        return total == null ? OptionalLong.empty() : OptionalLong.of(total);
    }

    @Test
    void pageBeyondTheEnd_isNotSatisfiable() {
        assertThatThrownBy(() -> new ContentRange(6, 0, OptionalLong.of(5)).status())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("PGRST103"));
    }

    @Test
    void keys_areAllCombinationsOfTheirParts() {
        assertThat(AnswerTags.keys(List.of(List.of("1", "2")))).containsExactly("1", "2");
        assertThat(AnswerTags.keys(List.of(List.of("1", "2"), List.of("a\"", "b\\"))))
                .containsExactly(
                        "\"1\",\"a\\\"\"", "\"1\",\"b\\\\\"", "\"2\",\"a\\\"\"", "\"2\",\"b\\\\\"");
        assertThat(AnswerTags.keys(List.of(List.of("1"), List.of()))).isEmpty();
    }
}
