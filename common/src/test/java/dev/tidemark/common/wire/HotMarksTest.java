package dev.tidemark.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HotMarksTest {

    @Test
    void marks_comeBack() {
        HotMarks marks = new HotMarks(List.of(0, 7, 255));

        assertThat(HotMarks.parse(marks.value(), 256)).isEqualTo(marks);
    }

    @Test
    void whatIsNoPlaceInTheBatch_isLeftOut() {
        assertThat(HotMarks.parse("", 3).indices()).isEmpty();
        assertThat(HotMarks.parse("1 x 3 -1 2 99999999999", 3).indices()).containsExactly(1, 2);
    }
}
