package dev.tidemark.benchmarks.collision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.tag.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class KindTest {

    @Test
    void entries_haveTheTagsThatTheyDependOn() {
        assertThat(new Kind("row", 1).tags("t", 5).size()).isEqualTo(2);
        assertThat(new Kind("list", 0).tags("t", 5)).isEqualTo(new Kind("list", 0).tags("t", 6));
        assertThat(Kind.ALL)
                .allSatisfy(
                        kind -> assertThat(kind.tags("t", 5).size()).isEqualTo(kind.tagCount()));
    }

    @Test
    void expectedShare_isThatOfTheRealClock() {
        int slots = 1 << 14;
        int changes = slots / 8;
        TagClock clock = new TagClock(slots);
        for (int i = 0; i < changes; i++) {
            clock.invalidate(Tag.row("changed", Integer.toString(i)).hash(), 10);
        }
        Kind kind = new Kind("4 rows", 4);
        int entries = 4_000;
        long invalid = 0;
        for (int i = 0; i < entries; i++) {
            invalid += clock.isValid(new Version(5), kind.tags("t" + i, 0)) ? 0 : 1;
        }
        assertThat(kind.expectedShare(slots, changes)).isEqualTo(0.465, within(0.001));
        assertThat((double) invalid / entries)
                .isEqualTo(kind.expectedShare(slots, changes), within(0.03));
        assertThat(List.of(kind.expectedShare(slots, 0))).containsExactly(0.0);
    }
}
