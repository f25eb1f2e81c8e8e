package dev.tidemark.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.fake.StandInFeed;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.resilience.ServiceAddress;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The reader over real HTTP, between two that serve the same log. */
class FeedReaderTest {

    private static final DatabaseIdentity HERE = new DatabaseIdentity(1, 1, 1, 1);
    private static final Tags FILM = Tags.of(List.of(Tag.row("film", "1")));
    private static final LogPosition NOWHERE = new LogPosition(1, new Lsn(9999), 1);

    private final FakeLog log = new FakeLog(HERE, 100);
    private final StandInFeed first = new StandInFeed(log).listen();
    private final StandInFeed second = new StandInFeed(log).listen();
    private final Scheduler thread = Schedulers.newSingle("test-feed", true);
    private final ConnectionProvider connections = ConnectionProvider.create("test-feed", 8);
    private final Follower follower =
            new Follower(1 << 14, Duration.ofSeconds(5), MonotonicClock.SYSTEM, thread);
    private FeedReader reader = reader(Duration.ofSeconds(3));
    private StandInFeed one = first;
    private StandInFeed other = second;
    private long xid = 200;
    private final Disposable heart = Flux.interval(Duration.ofMillis(20)).subscribe(tick -> beat());

    private FeedReader reader(Duration silenceMax) {
        HttpClient http = HttpClient.create(connections);
        List<ServiceAddress> addresses =
                Stream.of(first, second)
                        .map(feed -> ServiceAddress.parse("127.0.0.1:" + feed.port()))
                        .toList();
        return new FeedReader(
                new Instances<>(
                        addresses,
                        address -> new HttpFeed(http.remoteAddress(() -> address)),
                        Instances.Resolver.JDK),
                follower,
                new FeedProperties(Duration.ofSeconds(5), silenceMax, Duration.ofMillis(20)),
                MonotonicClock.SYSTEM,
                thread);
    }

    @BeforeEach
    void start() {
        reader.start();
        await().until(this::isCaughtUp);
        // On a slow machine, the first may have been given up before it could answer.
        if (!second.asked.isEmpty()) {
            one = second;
            other = first;
        }
        first.asked.clear();
        second.asked.clear();
    }

    @AfterEach
    void stop() {
        heart.dispose();
        reader.destroy();
        first.close();
        second.close();
        connections.dispose();
        thread.dispose();
    }

    private boolean isCaughtUp() {
        return follower.position().equals(log.tail());
    }

    private synchronized void beat() {
        log.heartbeat(xid++);
    }

    /** A change, once it has arrived; its xid. */
    private long change() {
        long changed;
        synchronized (this) {
            changed = xid++;
            log.changed(FILM, changed);
        }
        await().until(() -> follower.position().lsn().position() > changed);
        return changed;
    }

    private boolean isValid(long version) {
        Answer answer =
                new Answer(
                        200,
                        List.of(),
                        new byte[1],
                        new Version(version),
                        Lsn.UNKNOWN,
                        FILM,
                        new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                        HERE,
                        true);
        return follower.isValid(answer);
    }

    @Test
    void snapshotFirst_thenRecords_andTheStalenessOfTheOneFollowed() {
        assertThat(isValid(150)).isTrue();
        long changed = change();
        assertThat(isValid(changed)).isFalse();
        assertThat(isValid(changed + 1)).isTrue();

        await().until(() -> follower.staleness().compareTo(Duration.ofMillis(500)) < 0);
        int questions = other.questions.get();
        one.staleness = null;
        Duration before = follower.staleness();
        await().until(() -> follower.staleness().compareTo(before.plusMillis(200)) > 0);
        assertThat(other.questions).hasValue(questions);
    }

    @Test
    void theOneFollowedDies_anotherGoesOnWithoutASnapshot() {
        long before = change();
        long reconnects = reader.reconnects();
        one.stop();
        await().until(() -> !other.asked.isEmpty());

        assertThat(isValid(before)).isFalse();
        long changed = change();
        assertThat(isValid(changed)).isFalse();
        assertThat(isValid(changed + 1)).isTrue();
        assertThat(other.asked).doesNotContain("");
        assertThat(reader.reconnects()).isGreaterThan(reconnects);
    }

    @Test
    void silence_isNotWaitedOut() {
        other.silent = true;
        isNotFollowedForLong();
    }

    @Test
    void noNewsButSignsOfLife_isNotWaitedOutEither() {
        other.stalled = true;
        isNotFollowedForLong();
    }

    private void isNotFollowedForLong() {
        // Others must not give up because the machine is slow; here nothing would be wrong with it.
        reader.destroy();
        reader = reader(Duration.ofMillis(300));
        start();

        one.stop();
        await().until(() -> !other.asked.isEmpty());
        one.listen();

        change();
        assertThat(one.asked).isNotEmpty().doesNotContain("");
    }

    @Test
    void recordThatDoesNotFollow_isRefused_andASnapshotIsAskedFor() {
        LogRecord torn =
                new LogRecord(
                        new LogPosition(1, new Lsn(99_999), 1),
                        NOWHERE,
                        new LogRecord.Content.Changed(new Change(99_998, FILM)));
        one.send(new FeedFrame.Appended(torn));

        await().until(() -> other.asked.contains(""));
        change();
        assertThat(isValid(99_998)).isTrue();
    }

    @Test
    void advisory_isAheadOfTheLog() {
        one.send(new FeedFrame.Advised(new Advisory(HERE, new Change(150, FILM))));

        await().until(() -> !isValid(150));
        assertThat(isValid(151)).isTrue();
    }

    @Test
    void snapshotOfWhoLags_takesNothingBack() {
        long changed = change();
        FollowerState before =
                new FollowerState(
                        log.records().get(1).position(), HERE, 101, 101, Optional.empty());
        one.send(new FeedFrame.SnapshotBegun(before, 1 << 10));
        one.send(new FeedFrame.SnapshotEnded());
        change();

        assertThat(isValid(changed)).isFalse();
        assertThat(one.asked).isEmpty();
        assertThat(other.asked).isEmpty();
    }

    @Test
    void nobodyIsThere_stalenessGrows_andAllIsWellWhenTheyAreBack() {
        await().until(() -> !follower.staleness().equals(Completeness.UNKNOWN));
        one.stop();
        other.stop();
        await().until(() -> follower.staleness().compareTo(Duration.ofMillis(300)) > 0);
        assertThat(isValid(150)).isTrue();
        other.listen();

        long changed = change();
        assertThat(isValid(changed)).isFalse();
        await().until(() -> follower.staleness().compareTo(Duration.ofMillis(300)) < 0);
    }
}
