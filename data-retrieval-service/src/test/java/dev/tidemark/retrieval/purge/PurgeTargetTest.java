package dev.tidemark.retrieval.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeTargetTest {

    @Test
    void target_isReadAsAPath_butNeedsNoEncoding() {
        assertThat(PurgeTarget.parse("film")).isEqualTo(new PurgeTarget("film", List.of()));
        assertThat(PurgeTarget.parse("film_actor/1,23"))
                .isEqualTo(new PurgeTarget("film_actor", List.of("1", "23")));
        assertThat(PurgeTarget.parse("café/où est-ce ?"))
                .isEqualTo(new PurgeTarget("café", List.of("où est-ce ?")));
        assertThat(PurgeTarget.parse("t/a%2Fb%2Cc+d#e"))
                .isEqualTo(new PurgeTarget("t", List.of("a/b,c+d#e")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b/c", "/1", "film/", "film/1,", "film/%zz"})
    void targetThatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> PurgeTarget.parse(text)).hasMessageMatching("(?s).+");
    }
}
