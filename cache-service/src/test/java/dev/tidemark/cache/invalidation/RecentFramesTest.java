package dev.tidemark.cache.invalidation;

import static dev.tidemark.cache.invalidation.Records.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogPosition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentFramesTest {

    private final RecentFrames recent = new RecentFrames(4, 1_000);

    @Test
    void follower_goesOnFromEveryPlaceThatIsStillHere() {
        recent.clear(at(1, 1));
        for (int lsn = 2; lsn <= 6; lsn++) {
            add(lsn, 10);
        }
        assertThat(recent.after(at(1, 1))).as("it would miss 2").isEmpty();
        assertThat(after(at(2, 1))).containsExactly(3, 4, 5, 6);
        assertThat(after(at(5, 1))).containsExactly(6);
        assertThat(after(at(6, 1))).isEmpty();
        assertThat(recent.after(at(6, 2))).as("of another term").isEmpty();
        assertThat(recent.after(at(7, 1))).isEmpty();
        assertThat(recent.after(LogPosition.NONE)).isEmpty();
    }

    @Test
    void start_isAPlaceToGoOnFrom() {
        assertThat(after(LogPosition.NONE)).isEmpty();
        add(1, 10);
        assertThat(after(LogPosition.NONE)).containsExactly(1);
    }

    @Test
    void bytes_areBounded() {
        add(1, 400);
        add(2, 400);
        add(3, 400);
        assertThat(recent.after(LogPosition.NONE)).isEmpty();
        assertThat(after(at(1, 1))).containsExactly(2, 3);
        add(4, 5_000);
        assertThat(after(at(3, 1))).as("the newest stays").containsExactly(4);
        assertThat(recent.after(at(2, 1))).isEmpty();
    }

    @Test
    void framesWithoutAPlace_areSentOnAndMayBeMissed() {
        add(1, 10);
        recent.add(frame(9, 10), Optional.empty());
        assertThat(after(at(1, 1))).containsExactly(9);
        add(2, 10);
        assertThat(after(at(1, 1))).containsExactly(9, 2);
        add(3, 10);
        add(4, 10);
        add(5, 10);
        assertThat(after(at(1, 1))).containsExactly(2, 3, 4, 5);
        add(6, 10);
        assertThat(recent.after(at(1, 1))).isEmpty();
        assertThat(after(at(2, 1))).containsExactly(3, 4, 5, 6);
    }

    @Test
    void numbers_areNeverUsedAgain() {
        add(1, 10);
        long next = recent.next();
        recent.clear(at(1, 1));
        assertThat(recent.has(next)).isFalse();
        add(2, 10);
        assertThat(recent.has(next)).isFalse();
        assertThat(after(at(1, 1))).containsExactly(2);
    }

    @Test
    void batches_areBounded() {
        add(1, 10);
        add(2, 10);
        add(3, 10);
        long first = recent.after(LogPosition.NONE).orElseThrow();
        assertThat(recent.from(first, 15)).hasSize(2);
        assertThat(recent.from(first, 1)).hasSize(1);
    }

    private List<Integer> after(LogPosition position) {
        return recent.from(recent.after(position).orElseThrow(), Integer.MAX_VALUE).stream()
                .map(frame -> (int) frame[0])
                .toList();
    }

    private void add(int lsn, int bytes) {
        recent.add(frame(lsn, bytes), Optional.of(at(lsn, 1)));
    }

    private static byte[] frame(int content, int bytes) {
        byte[] frame = new byte[bytes];
        frame[0] = (byte) content;
        return frame;
    }
}
