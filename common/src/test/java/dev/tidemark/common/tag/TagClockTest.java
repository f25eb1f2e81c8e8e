package dev.tidemark.common.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagClockTest {

    private static final Tag FILM_1 = Tag.row("public.film", "1");
    private static final Tag FILM_2 = Tag.row("public.film", "2");

    private final TagClock clock = new TagClock(1 << 16);

    @Test
    void entry_isValidUntilAChangeAtOrAboveItsVersion() {
        Tags tags = Tags.of(List.of(FILM_1));

        assertThat(clock.isValid(new Version(100), tags)).isTrue();
        clock.invalidate(FILM_1.hash(), 99);
        assertThat(clock.isValid(new Version(100), tags)).isTrue();
        // The transaction with the version's own number had not ended when the data was read.
        clock.invalidate(FILM_1.hash(), 100);
        assertThat(clock.isValid(new Version(100), tags)).isFalse();
        assertThat(clock.isValid(new Version(101), tags)).isTrue();
    }

    @Test
    void change_ofAnotherTag_leavesTheEntryValid() {
        clock.invalidate(FILM_2.hash(), 500);

        assertThat(clock.isValid(new Version(100), Tags.of(List.of(FILM_1)))).isTrue();
        assertThat(clock.isValid(new Version(100), Tags.of(List.of(FILM_1, FILM_2)))).isFalse();
    }

    @Test
    void lateChange_neverTurnsTheClockBack() {
        clock.invalidate(FILM_1.hash(), 200);
        clock.invalidate(FILM_1.hash(), 100);

        assertThat(clock.isValid(new Version(150), Tags.of(List.of(FILM_1)))).isFalse();
    }

    @Test
    void floor_mustBeExceeded() {
        clock.raiseFloor(100);
        clock.raiseFloor(50);

        assertThat(clock.isValid(new Version(100), Tags.NONE)).isFalse();
        assertThat(clock.isValid(new Version(101), Tags.NONE)).isTrue();
    }

    @Test
    void unknownVersion_isNeverValid() {
        assertThat(clock.isValid(Version.UNKNOWN, Tags.NONE)).isFalse();
    }

    /** Against a map that never forgets: a tiny clock may say less, never more. */
    @Test
    void sharedSlots_costMissesNeverStaleReads() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        TagClock tiny = new TagClock(8);
        TagClock large = new TagClock(TagClock.SLOTS_DEFAULT);
        Map<Tag, Long> exact = new HashMap<>();
        for (int xid = 1; xid < 5_000; xid++) {
            Tag changed = Tag.row("t", Integer.toString(random.nextInt(50)));
            exact.merge(changed, (long) xid, Math::max);
            tiny.invalidate(changed.hash(), xid);
            large.invalidate(changed.hash(), xid);
            Tag read = Tag.row("t", Integer.toString(random.nextInt(50)));
            Version version = new Version(random.nextInt(1, xid + 2));
            boolean valid = exact.getOrDefault(read, 0L) < version.xmin();

            assertThat(large.isValid(version, Tags.of(List.of(read))))
                    .as("-Dseed=%d, xid %d", seed, xid)
                    .isEqualTo(valid);
            if (tiny.isValid(version, Tags.of(List.of(read)))) {
                assertThat(valid).as("-Dseed=%d, xid %d", seed, xid).isTrue();
            }
        }
    }

    @Test
    void concurrentChanges_leaveTheHighestStamp() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int offset = t;
            threads.add(
                    Thread.ofPlatform()
                            .start(() ->
                                    IntStream.range(0, 20_000)
                                            .forEach(i ->
                                                    clock.invalidate(
                                                            FILM_1.hash(), i * 4L + offset))));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(clock.isValid(new Version(79_999), Tags.of(List.of(FILM_1)))).isFalse();
        assertThat(clock.isValid(new Version(80_000), Tags.of(List.of(FILM_1)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 1000, -8, 1 << 29})
    void slots_mustBeAPowerOfTwo(int slots) {
        assertThatThrownBy(() -> new TagClock(slots))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("power of two");
    }

    /** Nodes of different versions share a log: a tag's hash may never change. */
    @Test
    void hashes_arePinned() {
        assertThat(Long.toHexString(FILM_1.hash())).isEqualTo("772947daa0fea403");
        assertThat(Long.toHexString(Tag.table("public.film").hash())).isEqualTo("f68f78b6da742cf0");
    }

    @Test
    void tags_surviveTheirText() {
        Tags tags = Tags.ofHashes(-1, 0, 42, 42, Long.MIN_VALUE);

        assertThat(tags.size()).isEqualTo(4);
        assertThat(Tags.parse(tags.toString())).isEqualTo(tags);
        assertThat(Tags.parse("")).isEqualTo(Tags.NONE);
        assertThatThrownBy(() -> Tags.parse("1,,2")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lsns_areReadWrittenAndOrderedUnsigned() {
        Lsn lsn = Lsn.parse("16/B374D848");

        assertThat(lsn.position()).isEqualTo(0x16_B374D848L);
        assertThat(lsn).hasToString("16/B374D848");
        assertThat(Lsn.parse("FFFFFFFF/0")).isGreaterThan(lsn);
        assertThat(Lsn.parse("0/0")).isEqualTo(Lsn.UNKNOWN);
        for (String bad : List.of("", "/", "1/", "/1", "16B374D848", "1/123456789", "x/y")) {
            assertThatThrownBy(() -> Lsn.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
