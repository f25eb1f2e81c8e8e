package dev.tidemark.gateway.fake;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.gateway.origin.BodyStream;
import dev.tidemark.gateway.origin.Fetched;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.session.Token;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** An origin whose every fetch takes its snapshot at once and answers when the test says so. */
public final class FakeOrigin implements Origin {

    private final FakeDatabase database;

    /** What it says of its answers. */
    public Repeatability repeatability = Repeatability.SAME;

    /** All fetches so far, in their order. */
    public final List<Fetch> fetches = new ArrayList<>();

    public FakeOrigin(FakeDatabase database) {
        this.database = database;
    }

    @Override
    public Mono<Fetched> fetch(dev.tidemark.gateway.origin.Fetch asked) {
        return Mono.create(sink -> {
            Fetch fetch =
                    new Fetch(
                            database.read(asked.request()),
                            repeatability,
                            asked.replicaFrom(),
                            sink);
            sink.onCancel(() -> fetch.cancelled = true);
            fetches.add(fetch);
        });
    }

    public Fetch last() {
        return fetches.getLast();
    }

    /** One fetch under way. */
    public static final class Fetch {

        private final Answer answer;
        private final Repeatability repeatability;
        private final MonoSink<Fetched> sink;
        public boolean cancelled;
        public boolean streamClosed;

        /** As asked. */
        public final Optional<Lsn> replicaFrom;

        Fetch(
                Answer answer,
                Repeatability repeatability,
                Optional<Lsn> replicaFrom,
                MonoSink<Fetched> sink) {
            this.answer = answer;
            this.repeatability = repeatability;
            this.replicaFrom = replicaFrom;
            this.sink = sink;
        }

        /** With what its snapshot holds. */
        public void answer() {
            sink.success(new Fetched.Whole(answer, repeatability, Optional.empty()));
        }

        /** The same, as a replica does that shows what was there so long ago. */
        public void answerFromReplica(Duration behind) {
            sink.success(new Fetched.Whole(answer, repeatability, Optional.of(behind)));
        }

        /** The same, but over the limit: as a stream. */
        public void stream() {
            BodyStream body =
                    new BodyStream(
                            Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(answer.body()))),
                            () -> streamClosed = true);
            sink.success(
                    new Fetched.Streaming(answer.status(), answer.head(), body, Token.of(answer)));
        }

        public void fail() {
            sink.success(
                    new Fetched.Unavailable(
                            Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "the origin is away")));
        }

        public void refuse(int status) {
            sink.success(new Fetched.Refused(status, List.of(), new byte[0]));
        }
    }
}
