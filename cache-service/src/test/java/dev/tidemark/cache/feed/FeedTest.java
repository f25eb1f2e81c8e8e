package dev.tidemark.cache.feed;

import static dev.tidemark.cache.invalidation.Records.answer;
import static dev.tidemark.cache.invalidation.Records.apply;
import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.close;
import static dev.tidemark.cache.invalidation.Records.generation;
import static dev.tidemark.cache.invalidation.Records.heartbeat;
import static dev.tidemark.cache.invalidation.Records.replica;
import static dev.tidemark.cache.invalidation.Records.restore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.cache.http.ProblemException;
import dev.tidemark.cache.invalidation.EncodedRecord;
import dev.tidemark.cache.invalidation.LogReplica;
import dev.tidemark.cache.invalidation.Records;
import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedTest {

    private static final int FRAMES_MAX = 64;
    private static final Tag FILM = Tag.row("public.film", "1");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LogReplica replica = replica(FRAMES_MAX);
    private final Feed feed = new Feed(replica, meters);
    private final FollowingGateway gateway = new FollowingGateway();

    private final EncodedRecord begun = generation(1, 3);
    private final EncodedRecord opened = heartbeat(2, begun.record(), 1_001);
    private final EncodedRecord change = changed(3, opened.record(), 1_010, FILM);

    @BeforeEach
    void start() {
        feed.start();
    }

    @AfterEach
    void stop() {
        feed.stop();
        meters.close();
    }

    @Test
    void newFollower_isSentASnapshotAndThenRecordsAsTheyCome() {
        apply(replica, begun, opened);
        follow(Optional.empty());
        awaitAt(opened);
        assertThat(gateway.snapshots).hasValue(1);
        apply(replica, change);
        awaitAt(change);
        assertThat(gateway.records).containsExactly(change.record());
        assertThat(gateway.follower.isValid(answer(1_010, FILM))).isFalse();
        assertThat(gateway.follower.isValid(answer(1_011, FILM))).isTrue();
        assertThat(meters.get("tidemark.feed.clients").gauge().value()).isEqualTo(1);
    }

    @Test
    void followerThatComesBack_goesOnWithoutASnapshot() {
        apply(replica, begun, opened, change);
        restoreGateway(begun);
        follow(Optional.of(begun.record().position()));
        awaitAt(change);
        assertThat(gateway.snapshots).hasValue(0);
        assertThat(gateway.records).containsExactly(opened.record(), change.record());
    }

    @Test
    void followerOfAnotherTerm_isSentASnapshot() {
        apply(replica, begun, opened, change);
        follow(Optional.of(Records.at(3, 2)));
        awaitAt(change);
        assertThat(gateway.snapshots).hasValue(1);
    }

    @Test
    void snapshot_hasWhatTheClockHas() {
        apply(replica, begun, opened);
        EncodedRecord last = opened;
        for (int row = 0; row < 500; row++) {
            Tag tag = Tag.row("public.film", Integer.toString(row));
            last = changed(row + 3, last.record(), 2_000 + row, tag);
            apply(replica, last);
        }
        follow(Optional.empty());
        awaitAt(last);
        for (int row = 0; row < 500; row++) {
            Tag tag = Tag.row("public.film", Integer.toString(row));
            assertThat(gateway.follower.isValid(answer(2_000 + row, tag))).isFalse();
            assertThat(gateway.follower.isValid(answer(2_500, tag))).isTrue();
        }
    }

    @Test
    void slowFollower_isSentASnapshotInsteadOfWhatItMissed() {
        apply(replica, begun, opened);
        Pipe pipe = new Pipe();
        serve(Optional.empty(), pipe.out);
        // Nobody reads: the feed gets stuck in its first frames.
        await().until(() -> pipe.chunks.remainingCapacity() == 0);
        EncodedRecord last = change;
        apply(replica, change);
        for (int i = 0; i < 5 * FRAMES_MAX; i++) {
            last = changed(i + 4, last.record(), 2_000 + i, FILM);
            apply(replica, last);
        }
        gateway.follow(pipe.in);
        awaitAt(last);
        assertThat(gateway.snapshots).hasValue(2);
        assertThat(gateway.records).hasSizeLessThan(FRAMES_MAX);
        assertThat(gateway.follower.isValid(answer(2_000, FILM))).isFalse();
    }

    @Test
    void replicaThatHadToStartAnew_sendsASnapshotOnceItKnows() {
        apply(replica, begun, opened, change);
        LogFollower.Copy copy = replica.snapshot().copy();
        follow(Optional.empty());
        awaitAt(change);
        close(replica);
        assertThatThrownBy(feed::requireReady).isInstanceOf(ProblemException.class);
        restore(replica, copy);
        feed.requireReady();
        await().until(() -> gateway.snapshots.get() == 2);
        EncodedRecord next = heartbeat(4, change.record(), 1_011);
        apply(replica, next);
        awaitAt(next);
        assertThat(gateway.snapshots).as("none of what it did not know").hasValue(2);
    }

    @Test
    void advisory_isSentOn() {
        apply(replica, begun, opened);
        follow(Optional.empty());
        awaitAt(opened);
        Advisory advisory =
                new Advisory(Records.IDENTITY, new Change(1_020, Tags.of(List.of(FILM))));
        replica.advise(advisory);
        await().until(() -> gateway.advisories.equals(List.of(advisory)));
        assertThat(gateway.follower.isValid(answer(1_020, FILM))).isFalse();
        assertThat(replica.isValid(answer(1_020, FILM))).isFalse();
        assertThat(replica.isValid(answer(1_021, FILM))).isTrue();
    }

    @Test
    void stop_endsAllFeeds() throws InterruptedException {
        apply(replica, begun);
        Thread follower = follow(Optional.empty());
        awaitAt(begun);
        feed.stop();
        assertThat(follower.join(Duration.ofSeconds(5))).isTrue();
        assertThat(meters.get("tidemark.feed.clients").gauge().value()).isZero();
        assertThatThrownBy(feed::requireReady).isInstanceOf(ProblemException.class);
    }

    @Test
    void followerThatHasGone_isNoticedWhileTheLogIsIdle() {
        apply(replica, begun);
        assertThatThrownBy(
                        () -> feed.stream(Optional.of(begun.record().position()), new GoneStream()))
                .isInstanceOf(IOException.class);
        assertThat(meters.get("tidemark.feed.clients").gauge().value()).isZero();
    }

    private Thread follow(Optional<LogPosition> after) {
        Pipe pipe = new Pipe();
        serve(after, pipe.out);
        return gateway.follow(pipe.in);
    }

    private void serve(Optional<LogPosition> after, OutputStream out) {
        Thread.ofVirtual()
                .start(() -> {
                    try (out) {
                        feed.stream(after, out);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private void restoreGateway(EncodedRecord... records) {
        for (EncodedRecord record : records) {
            gateway.follower.apply(record.record());
        }
    }

    private void awaitAt(EncodedRecord record) {
        await().until(() -> gateway.follower.position().equals(record.record().position()));
    }

    /** Fails as a connection does whose other side has closed it. */
    private static final class GoneStream extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("gone");
        }
    }

    /** Holds a few writes, and blocks those that come after until somebody reads. */
    private static final class Pipe {

        final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>(2);

        final OutputStream out =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("byte by byte");
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        put(Arrays.copyOfRange(bytes, offset, offset + length));
                    }

                    @Override
                    public void close() {
                        put(new byte[0]);
                    }
                };

        final InputStream in =
                new InputStream() {
                    private byte[] chunk = {};
                    private int at;

                    @Override
                    public int read() throws IOException {
                        byte[] one = new byte[1];
                        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        if (length == 0) {
                            return 0;
                        }
                        if (at == chunk.length) {
                            try {
                                chunk = chunks.take();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                            at = 0;
                        }
                        int read = Math.min(length, chunk.length - at);
                        System.arraycopy(chunk, at, bytes, offset, read);
                        at += read;
                        return chunk.length == 0 ? -1 : read;
                    }
                };

        private void put(byte[] chunk) {
            try {
                chunks.put(chunk);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
