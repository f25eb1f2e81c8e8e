package dev.tidemark.cache.invalidation;

import static dev.tidemark.cache.invalidation.Records.at;
import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.generation;
import static dev.tidemark.cache.invalidation.Records.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.AppendOutcome.Appended;
import dev.tidemark.common.log.AppendOutcome.Refused;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.TagClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of every {@link InvalidationLog} and of the {@link SnapshotStore} beside it. */
public abstract class InvalidationLogContract {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(10);

    /** Empty at first. */
    protected abstract InvalidationLog log();

    protected abstract SnapshotStore snapshots();

    /** Takes the last records away, as a failover may. */
    protected abstract void loseTail(List<EncodedRecord> records);

    /** Takes everything away. */
    protected abstract void empty();

    @Test
    void open_givesOutAscendingTermsOfTheClock() {
        long before = System.currentTimeMillis();
        LogOpened first = log().open().join();
        assertThat(first.term()).isBetween(before - 1_000, System.currentTimeMillis() + 1_000);
        assertThat(first.tail()).isEmpty();
        assertThat(log().open().join().term()).isGreaterThan(first.term());
        assertThat(log().open().join().term()).isGreaterThan(first.term() + 1);
    }

    @Test
    void open_isAboveAnyTermOfTheLog() {
        long future = Long.MAX_VALUE - 5;
        append(generation(1, future));
        LogOpened opened = log().open().join();
        assertThat(opened.term()).isEqualTo(future + 1);
        assertThat(opened.tail()).contains(generation(1, future).record());
    }

    @Test
    void batches_areReadBackInOrder() {
        long term = log().open().join().term();
        List<EncodedRecord> all = chain(term, 6);
        assertAppended(all.get(2), all.subList(0, 3));
        assertAppended(all.get(5), all.subList(3, 6));

        assertThat(read(LogPosition.NONE, 100)).containsExactlyElementsOf(all);
        assertThat(read(LogPosition.NONE, 4)).containsExactlyElementsOf(all.subList(0, 4));
        assertThat(read(position(all.get(3)), 100)).containsExactlyElementsOf(all.subList(4, 6));
        assertThat(read(position(all.get(5)), 100)).isEmpty();
        assertThat(log().first().join()).contains(all.getFirst());
        assertThat(log().open().join().tail()).contains(all.get(5).record());
    }

    @Test
    void reader_thatWaits_isToldAtOnce() {
        EncodedRecord first = generation(1, 3);
        append(first);
        CompletableFuture<LogRead> waiting = log().read(position(first), 10, LONG);
        EncodedRecord second = changed(2, first.record(), 1_001, Tag.anyRow("a"));
        append(second);
        assertThat(waiting)
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(new LogRead.Continued(List.of(second)));
    }

    @Test
    void emptyLog_continuesWithNothing() {
        assertThat(read(LogPosition.NONE, 10)).isEmpty();
        assertThat(log().first().join()).isEmpty();
        assertBroken(at(1, 1));
    }

    @Test
    void firstRecord_mustBeAGenerations() {
        EncodedRecord heartbeat = heartbeat(1, LogPosition.NONE, 5, 1_000);
        assertRefused(0, null, heartbeat);
        assertRefused(0, null, heartbeat(2, at(1, 5), 5, 1_000));
        append(generation(1, 5));
    }

    @Test
    void generation_mayFollowAnother() {
        EncodedRecord first = generation(1, 5);
        append(first);
        assertRefused(5, first, generation(2, 5));
        append(generation(2, 5, position(first)));
    }

    @Test
    void batch_thatWasRetried_isAppendedOnce() {
        List<EncodedRecord> all = chain(3, 6);
        assertAppended(all.get(3), all.subList(0, 4));
        assertAppended(all.get(3), all.subList(0, 4));
        assertAppended(all.get(3), all.subList(2, 4));
        // The answer to the first half was lost.
        assertAppended(all.get(5), all.subList(2, 6));
        assertAppended(all.get(1), all.subList(0, 2));
        assertThat(read(LogPosition.NONE, 100)).containsExactlyElementsOf(all);
    }

    @Test
    void recordInTheSamePlaceWithOtherBytes_isRefused() {
        List<EncodedRecord> all = chain(3, 3);
        append(all.toArray(EncodedRecord[]::new));
        EncodedRecord other = changed(3, all.get(1).record(), 9_999, Tag.anyRow("other"));
        assertThat(position(other)).isEqualTo(position(all.get(2)));
        assertRefused(3, all.get(2), other);
        assertRefused(3, all.get(2), all.get(1), other);
    }

    @Test
    void recordAfterAnother_isRefused() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.get(0), all.get(1));
        assertRefused(3, all.get(1), all.get(3));
        // From before the end, and not what is there.
        assertRefused(3, all.get(1), changed(4, all.get(0).record(), 1_001, Tag.anyRow("a")));
        assertThat(read(LogPosition.NONE, 10)).hasSize(2);
    }

    @Test
    void batchThatIsNotAChain_isRefusedAltogether() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.get(0));
        assertRefused(3, all.get(0), all.get(1), all.get(3));
        assertRefused(3, all.get(0), all.get(1), all.get(1));
        // Not behind its predecessor.
        EncodedRecord back = changed(0, all.get(1).record(), 1_001, Tag.anyRow("a"));
        assertRefused(3, all.get(0), all.get(1), back);
        // Of two terms.
        EncodedRecord later = heartbeat(3, position(all.get(1)), 4, 1_001);
        assertRefused(3, all.get(0), all.get(1), later);
        assertThat(read(LogPosition.NONE, 10)).hasSize(1);
    }

    @Test
    void zombie_isRefusedOnceAnotherHasOpened() {
        long zombie = log().open().join().term();
        List<EncodedRecord> all = chain(zombie, 3);
        append(all.get(0), all.get(1));

        long term = log().open().join().term();
        assertRefused(term, all.get(1), all.get(2));
        assertRefused(term, all.get(1), all.get(1));
        EncodedRecord next = heartbeat(3, position(all.get(1)), term, 1_001);
        append(next);
        assertRefused(term, next, all.get(2));
        assertThat(read(position(all.get(1)), 10)).containsExactly(next);
    }

    @Test
    void zombieThatOpenedLast_butWhoseOpeningWasLost_isRefusedAfterTheNextRecord() {
        EncodedRecord first = generation(1, 8);
        append(first);
        // Nobody has heard of term 9 yet: a failover may have lost it.
        EncodedRecord second = heartbeat(2, position(first), 9, 1_001);
        append(second);
        assertRefused(9, second, heartbeat(3, position(second), 8, 1_002));
    }

    @Test
    void terms_areComparedAsNumbersOf64Bits() {
        EncodedRecord first = generation(1, (1L << 53) + 1);
        append(first);
        long below = 1L << 53;
        assertRefused((1L << 53) + 1, first, heartbeat(2, position(first), below, 1_001));
        append(heartbeat(2, position(first), (1L << 53) + 2, 1_001));
    }

    @Test
    void lostTail_isNoticedByReadersAndToldAnew() {
        List<EncodedRecord> all = chain(3, 5);
        append(all.toArray(EncodedRecord[]::new));
        loseTail(all.subList(3, 5));

        assertBroken(position(all.get(4)));
        assertThat(read(position(all.get(2)), 10)).isEmpty();
        EncodedRecord next = heartbeat(6, position(all.get(4)), 3, 1_001);
        assertRefused(3, all.get(2), next);
        assertAppended(all.get(4), all.subList(3, 5));
        append(next);
        assertThat(read(position(all.get(4)), 10)).containsExactly(next);
    }

    @Test
    void lostTail_thatAnotherReaderToldInItsOwnWay_isNoticed() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.toArray(EncodedRecord[]::new));
        loseTail(all.subList(3, 4));
        EncodedRecord other = heartbeat(4, position(all.get(2)), 4, 1_001);
        append(other);
        // In the same place, of another term.
        assertBroken(position(all.get(3)));
        append(heartbeat(5, position(other), 4, 1_002));
        assertBroken(position(all.get(3)));
        assertThat(read(position(other), 10)).hasSize(1);
    }

    @Test
    void emptiedLog_isNoticedAndBegunAnew() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.toArray(EncodedRecord[]::new));
        snapshots().keep(snapshot(position(all.get(3))), 1).join();
        empty();

        assertBroken(position(all.get(3)));
        assertThat(snapshots().load().join()).isEmpty();
        assertRefused(0, null, heartbeat(5, position(all.get(3)), 3, 1_001));
        EncodedRecord begun = generation(9, log().open().join().term());
        append(begun);
        assertBroken(position(all.get(3)));
        assertThat(read(LogPosition.NONE, 10)).containsExactly(begun);
    }

    @Test
    void durable_reachesTheTail() {
        List<EncodedRecord> all = chain(3, 2);
        append(all.toArray(EncodedRecord[]::new));
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        log().append(List.of(all.get(1))).join()
                                        instanceof Appended(LogPosition tail, LogPosition durable)
                                && durable.equals(tail));
    }

    @Test
    void snapshot_isLoadedAndTheLogTrimmedBelow() {
        List<EncodedRecord> all = chain(3, 10);
        append(all.toArray(EncodedRecord[]::new));
        assertThat(snapshots().load().join()).isEmpty();
        assertThat(snapshots().latest().join()).isEmpty();

        LogPosition place = position(all.get(6));
        assertThat(snapshots().keep(snapshot(place), 2).join()).isEqualTo(SnapshotStore.Kept.KEPT);
        assertThat(snapshots().latest().join()).contains(place);
        assertThat(log().first().join()).as("below it").contains(all.get(6));
        assertThat(read(place, 10)).containsExactlyElementsOf(all.subList(7, 10));
        assertBroken(position(all.get(4)));
        assertBroken(LogPosition.NONE);

        ClockSnapshot loaded = snapshots().load().join().orElseThrow();
        assertThat(loaded.position()).isEqualTo(place);
        assertThat(loaded.chunks()).containsExactlyElementsOf(snapshot(place).chunks());
    }

    @Test
    void trimming_leavesTheLastRecords() {
        List<EncodedRecord> all = chain(3, 10);
        append(all.toArray(EncodedRecord[]::new));
        snapshots().keep(snapshot(position(all.get(9))), 4).join();
        assertThat(log().first().join()).contains(all.get(6));
        snapshots().keep(snapshot(position(all.get(9))), 1).join();
        assertThat(log().first().join()).contains(all.get(9));
        append(changed(99, all.get(9).record(), 1_001, Tag.anyRow("a")));
    }

    @Test
    void laterSnapshot_replacesTheLast() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.toArray(EncodedRecord[]::new));
        snapshots().keep(snapshot(position(all.get(1))), 9).join();
        snapshots().keep(snapshot(position(all.get(2))), 9).join();
        assertThat(snapshots().load().join().map(ClockSnapshot::position))
                .contains(position(all.get(2)));
        assertThat(log().first().join()).contains(all.getFirst());
    }

    @Test
    void snapshotOfARecordThatTheLogHasLost_isNotKept() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.toArray(EncodedRecord[]::new));
        loseTail(all.subList(3, 4));
        assertThat(snapshots().keep(snapshot(position(all.get(3))), 1).join())
                .isEqualTo(SnapshotStore.Kept.DAMAGED);
        assertThat(snapshots().load().join()).isEmpty();
        assertThat(log().first().join()).contains(all.getFirst());
    }

    /** A generation and changes, one LSN apart. */
    protected static List<EncodedRecord> chain(long term, int size) {
        List<EncodedRecord> records = new ArrayList<>();
        records.add(generation(1, term));
        for (int i = 1; i < size; i++) {
            Tag tag = Tag.row("public.film", Integer.toString(i));
            records.add(changed(i + 1, records.getLast().record(), 1_000 + i, tag));
        }
        return records;
    }

    protected static ClockSnapshot snapshot(LogPosition position) {
        TagClock clock = new TagClock(1 << 17);
        for (int tag = 0; tag < clock.slots(); tag += 3) {
            clock.invalidate(tag, position.lsn().position() + tag);
        }
        return ClockSnapshot.of(
                new LogFollower.Copy(
                        new FollowerState(position, Records.IDENTITY, 5, 1_000, Optional.empty()),
                        clock));
    }

    protected static LogPosition position(EncodedRecord record) {
        return record.record().position();
    }

    protected final void append(EncodedRecord... batch) {
        assertAppended(batch[batch.length - 1], List.of(batch));
    }

    private void assertAppended(EncodedRecord tail, List<EncodedRecord> batch) {
        assertThat(log().append(batch).join())
                .asInstanceOf(type(Appended.class))
                .extracting(Appended::tail)
                .isEqualTo(position(tail));
    }

    private void assertRefused(long term, @Nullable EncodedRecord tail, EncodedRecord... batch) {
        AppendOutcome outcome = log().append(List.of(batch)).join();
        Optional<LogRecord> expected = Optional.ofNullable(tail).map(EncodedRecord::record);
        assertThat(outcome).isEqualTo(new Refused(term, expected));
    }

    protected final List<EncodedRecord> read(LogPosition after, int max) {
        LogRead read = log().read(after, max, SHORT).join();
        assertThat(read).isInstanceOf(LogRead.Continued.class);
        return ((LogRead.Continued) read).records();
    }

    private void assertBroken(LogPosition after) {
        assertThat(log().read(after, 10, SHORT).join()).isInstanceOf(LogRead.Broken.class);
    }
}
