package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.change.LongWriters.Stamping;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LongWritersTest {

    private static final Stamping AFTER_WITHDRAWAL = new Stamping.AfterWithdrawal();

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
        assertThat(writers.decoded(60)).isEqualTo(AFTER_WITHDRAWAL);
        assertThat(writers.decoded(61)).isEqualTo(new Stamping.With(61));
    }

    @Test
    void writerFromBeforeTheReader_isNotAnnouncedButStampedLate() {
        observe("40:70:40,50", 0);
        assertThat(observe("40:70:40,50", 100)).isEmpty();
        assertThat(writers.decoded(40)).isEqualTo(new Stamping.With(50));
        assertThat(writers.decoded(51)).isEqualTo(new Stamping.With(51));
    }

    @Test
    void decodedWriter_isNotAnnouncedThoughItIsStillInProgress() {
        observe("60:70:60", 0);
        assertThat(writers.decoded(60)).isEqualTo(new Stamping.With(60));
        assertThat(observe("60:70:60", 100)).isEmpty();
    }

    @Test
    void announcement_isTakenBackWhenNoCommitCanCome() {
        observe("60:70:60", 0);
        observe("60:70:60", 11);
        observe("70:70:", 20);
        assertThat(writers.reached(6)).isEmpty();
        assertThat(writers.reached(7)).containsExactly(60L);
        assertThat(writers.reached(8)).isEmpty();
    }

    @Test
    void announcementOfAnEarlierReader_holds() {
        LongWriters taken = new LongWriters(List.of(40L), 50, Duration.ofNanos(10));
        assertThat(taken.decoded(40)).isEqualTo(AFTER_WITHDRAWAL);
        assertThat(taken.decoded(40)).isEqualTo(new Stamping.With(50));
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
