package dev.tidemark.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limit.SettableLimit;
import dev.tidemark.retrieval.problem.ProblemException;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LaneTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong();

    private Lane lane(int permits, int queue, Duration queueTimeout) {
        return lane(permits, queue, queueTimeout, FixedLimit.of(permits));
    }

    private Lane lane(int permits, int queue, Duration queueTimeout, Limit limit) {
        return new Lane(
                "rows",
                "primary",
                new LanesProperties.Bounds(permits, queue, queueTimeout, Duration.ofSeconds(1)),
                limit,
                now::get,
                meters);
    }

    private double gauge(String name) {
        return meters.get("tidemark.lanes." + name).tag("lane", "rows").gauge().value();
    }

    @Test
    void fullLane_refusesAtOnceWithoutQueue() {
        Lane lane = lane(2, 0, LONG);
        Lane.Permit first = lane.enter(Deadline.after(LONG));
        lane.enter(Deadline.after(LONG));

        assertThatThrownBy(() -> lane.enter(Deadline.after(LONG)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(503);
                            assertThat(e.problem().retryAfter()).isPresent();
                        });
        assertThat(gauge("active")).isEqualTo(2);
        assertThat(meters.get("tidemark.lanes.rejected").counter().count()).isEqualTo(1);

        first.close();
        first.close(); // twice is as good as once
        assertThat(gauge("active")).isEqualTo(1);
        lane.enter(Deadline.after(LONG));
    }

    @Test
    void waiter_getsThePermitThatIsGivenBack() throws Exception {
        Lane lane = lane(1, 1, LONG);
        Lane.Permit permit = lane.enter(Deadline.after(LONG));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Lane.Permit> waiter = threads.submit(() -> lane.enter(Deadline.after(LONG)));
            Awaitility.await().until(() -> gauge("waiting") == 1);
            assertThatThrownBy(() -> lane.enter(Deadline.after(LONG)))
                    .as("the queue is full")
                    .isInstanceOf(ProblemException.class);
            permit.close();
            waiter.get().close();
        }
        assertThat(gauge("waiting")).isZero();
        assertThat(gauge("active")).isZero();
    }

    @Test
    void limitThatShrinks_isKeptByThoseWhoComeLater() {
        SettableLimit limit = SettableLimit.startingAt(2);
        Lane lane = lane(2, 0, LONG, limit);
        Lane.Permit first = lane.enter(Deadline.after(LONG));
        Lane.Permit second = lane.enter(Deadline.after(LONG));
        limit.setLimit(1);
        first.close();

        assertThatThrownBy(() -> lane.enter(Deadline.after(LONG)))
                .isInstanceOf(ProblemException.class);
        assertThat(gauge("permits")).isEqualTo(1);
        assertThat(gauge("active")).isEqualTo(1);
        second.close();
        lane.enter(Deadline.after(LONG));
        limit.setLimit(2);
        lane.enter(Deadline.after(LONG));
        assertThat(gauge("active")).isEqualTo(2);
    }

    @Test
    void whoWouldWaitTooLong_isRefusedAtOnce() {
        Lane lane = lane(1, 100, LONG);
        for (int i = 0; i < 200; i++) {
            try (Lane.Permit permit = lane.enter(Deadline.after(LONG))) {
                now.addAndGet(Duration.ofMinutes(1).toNanos());
            }
        }
        Lane.Permit last = lane.enter(Deadline.after(LONG));

        assertThatThrownBy(() -> lane.enter(Deadline.after(LONG)))
                .as("the one ahead takes a minute")
                .isInstanceOf(ProblemException.class);
        last.close();
    }

    @Test
    void lockedRelation_isTriedByOneAtATime_untilOneGetsThrough() {
        Lane lane = lane(8, 0, LONG);
        Lane.Permit waitsForLock = lane.enter("film", Deadline.after(LONG));
        lane.enter("film", Deadline.after(LONG)).close();
        waitsForLock.locked();
        waitsForLock.close();
        assertThat(gauge("locked")).isEqualTo(1);
        assertThatThrownBy(() -> lane.enter("film", Deadline.after(LONG)))
                .as("it rests")
                .isInstanceOf(ProblemException.class);
        rest();

        Lane.Permit trying = lane.enter("film", Deadline.after(LONG));
        assertThatThrownBy(() -> lane.enter("film", Deadline.after(LONG)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(503);
                            assertThat(e.problem().code()).isEqualTo("55P03");
                        });
        lane.enter("actor", Deadline.after(LONG)).close();
        trying.failed();
        trying.close();
        assertThat(gauge("active")).isZero();

        Lane.Permit next = lane.enter("film", Deadline.after(LONG));
        assertThatThrownBy(() -> lane.enter("film", Deadline.after(LONG)))
                .as("what was given up told nothing")
                .isInstanceOf(ProblemException.class);
        next.close();
        lane.enter("film", Deadline.after(LONG));
        lane.enter("film", Deadline.after(LONG));
        assertThat(gauge("locked")).isZero();
    }

    @Test
    void lockedRelations_takeAQuarterOfTheLane() {
        Lane lane = lane(8, 0, LONG);
        for (String view : List.of("a", "b", "c")) {
            Lane.Permit permit = lane.enter(view, Deadline.after(LONG));
            permit.locked();
            permit.close();
        }
        rest();
        Lane.Permit first = lane.enter("a", Deadline.after(LONG));
        Lane.Permit second = lane.enter("b", Deadline.after(LONG));
        assertThatThrownBy(() -> lane.enter("c", Deadline.after(LONG)))
                .isInstanceOf(ProblemException.class);
        lane.enter("d", Deadline.after(LONG)).close();

        first.locked();
        first.close();
        Lane.Permit third = lane.enter("c", Deadline.after(LONG));
        second.close();
        third.close();
        assertThat(gauge("locked")).isEqualTo(1);
        assertThat(gauge("active")).isZero();
    }

    private void rest() {
        now.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void waitForALock_tellsNothingOfTheLoad() throws Exception {
        Lane lane = lane(1, 100, LONG);
        for (int i = 0; i < 200; i++) {
            try (Lane.Permit permit = lane.enter("film", Deadline.after(LONG))) {
                now.addAndGet(Duration.ofMinutes(1).toNanos());
                permit.locked();
            }
            rest();
        }
        Lane.Permit permit = lane.enter(Deadline.after(LONG));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Lane.Permit> waiter = threads.submit(() -> lane.enter(Deadline.after(LONG)));
            Awaitility.await().until(() -> gauge("waiting") == 1);
            permit.close();
            waiter.get().close();
        }
    }

    @Test
    void waiter_leavesWhenItsTimeIsOver() {
        Lane lane = lane(1, 9, Duration.ofMillis(5));
        lane.enter(Deadline.after(LONG));

        assertThatThrownBy(() -> lane.enter(Deadline.after(LONG)))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> lane.enter(Deadline.after(Duration.ZERO)))
                .as("nor longer than its reader's deadline")
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void statement_isMeasuredOnce_withoutItsWait() {
        Lane lane = lane(1, 0, LONG);
        Lane.Permit permit = lane.enter(Deadline.after(LONG));
        now.addAndGet(Duration.ofMillis(30).toNanos());
        permit.close();
        now.addAndGet(LONG.toNanos());
        permit.close();

        Timer durations = meters.get("tidemark.statements.duration").tag("lane", "rows").timer();
        assertThat(durations.count()).isOne();
        assertThat(durations.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(30);
    }
}
