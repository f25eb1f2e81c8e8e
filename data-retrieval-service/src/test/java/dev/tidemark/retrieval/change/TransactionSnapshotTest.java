package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionSnapshotTest {

    @Test
    void text_isPostgresqls() {
        assertThat(TransactionSnapshot.parse("10:20:10,14"))
                .isEqualTo(new TransactionSnapshot(20, Set.of(10L, 14L)));
        assertThat(TransactionSnapshot.parse("20:20:"))
                .isEqualTo(new TransactionSnapshot(20, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1:2", "1:2:3:4", "1:x:", "1:2:,"})
    void otherText_isRefused(String text) {
        assertThatThrownBy(() -> TransactionSnapshot.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ended_isWhatIsBelowXmaxAndNotInProgress() {
        TransactionSnapshot snapshot = TransactionSnapshot.parse("10:20:10,14");
        assertThat(snapshot.hasEnded(9)).isTrue();
        assertThat(snapshot.hasEnded(10)).isFalse();
        assertThat(snapshot.hasEnded(19)).isTrue();
        assertThat(snapshot.hasEnded(20)).isFalse();
    }
}
