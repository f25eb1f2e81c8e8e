package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LongWritersTest {

    private static final LogPosition POSITION = new LogPosition(1, new Lsn(100), 1);

    private final LongWriters writers = new LongWriters(List.of(), 50, Duration.ofNanos(10));

    private List<Long> observe(String snapshot, long now) {
        return writers.observe(TransactionSnapshot.parse(snapshot), now, 7);
    }

    @Test
    void writer_isAnnouncedOnceItHasBeenSeenForLongerThanTheThreshold() {
        assertThat(observe("60:70:60", 0)).isEmpty();
        assertThat(observe("60:70:60", 10)).isEmpty();
        assertThat(observe("60:70:60", 11)).containsExactly(60L);
        assertThat(writers.oldest()).isEqualTo(Duration.ofNanos(11));
        assertThat(observe("60:70:60", 12)).isEmpty();
        assertThat(writers.isLate(60)).isTrue();
        assertThat(writers.isLate(61)).isFalse();
    }

    @Test
    void writerFromBeforeTheReader_isNotAnnouncedButStampedLate() {
        observe("40:70:40,50", 0);
        assertThat(observe("40:70:40,50", 100)).isEmpty();
        assertThat(writers.isLate(40)).isTrue();
        assertThat(writers.isLate(50)).isFalse();
    }

    @Test
    void decodedWriter_isNotAnnouncedThoughItIsStillInProgress() {
        observe("60:70:60", 0);
        assertThat(writers.isLate(60)).isFalse();
        assertThat(observe("60:70:60", 100)).isEmpty();
    }

    @Test
    void announcement_isTakenBackWhenTheLateStampIsKept() {
        observe("60:70:60", 0);
        observe("60:70:60", 11);
        assertThat(writers.isLate(60)).isTrue();
        observe("70:70:", 20);
        writers.reached(100);
        writers.kept(POSITION);
        assertThat(writers.withdrawn()).isEmpty();
        writers.stamped(60, POSITION);
        writers.kept(new LogPosition(1, new Lsn(99), 1));
        assertThat(writers.withdrawn()).isEmpty();
        writers.kept(POSITION);
        assertThat(writers.withdrawn()).containsExactly(60L);
        assertThat(writers.withdrawn()).isEmpty();
    }

    @Test
    void announcement_isTakenBackWhenNoCommitCanCome() {
        observe("60:70:60", 0);
        observe("60:70:60", 11);
        observe("70:70:", 20);
        writers.reached(6);
        assertThat(writers.withdrawn()).isEmpty();
        writers.reached(7);
        assertThat(writers.withdrawn()).containsExactly(60L);
    }

    @Test
    void announcementOfAnEarlierReader_holds() {
        LongWriters taken = new LongWriters(List.of(40L), 50, Duration.ofNanos(10));
        assertThat(taken.isAnnounced(40)).isTrue();
        assertThat(taken.isAnnounced(41)).isFalse();
    }

    @Test
    void floor_endsAllExceptionsBelowIt() {
        observe("60:70:60", 0);
        observe("60:70:60", 11);
        writers.closed();
        assertThat(observe("60:70:60,65", 12)).isEmpty();
        assertThat(observe("60:90:60,65,80", 100)).isEmpty();
        writers.floor(75);
        assertThat(observe("60:90:60,65,80", 200)).containsExactly(80L);
    }

    @Test
    void announcements_areBounded() {
        String many =
                LongStream.range(100, 100 + (2L * LongWriters.ANNOUNCED_MAX))
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(",", "100:2000:", ""));
        observe(many, 0);
        assertThat(observe(many, 11)).hasSize(LongWriters.ANNOUNCED_MAX);
    }
}
