package dev.tidemark.gateway.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ConcurrencyLimitTest {

    private final ConcurrencyLimit limit = new ConcurrencyLimit(2, 2);
    private final List<Sinks.One<String>> running = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();

    private Disposable call() {
        return limit.limit(
                        Mono.defer(() -> {
                            Sinks.One<String> sink = Sinks.one();
                            running.add(sink);
                            return sink.asMono();
                        }))
                .subscribe(ended::add, error -> ended.add(error.getClass().getSimpleName()));
    }

    @Test
    void beyondTheLimit_callsWaitInLine_andBeyondTheLineTheyAreShed() {
        for (int i = 0; i < 5; i++) {
            call();
        }
        assertThat(running).hasSize(2);
        assertThat(limit.waiting()).isEqualTo(2);
        assertThat(ended).containsExactly("OverloadedException");

        running.get(0).tryEmitValue("a");
        assertThat(running).hasSize(3);
        running.get(1).tryEmitError(new IllegalStateException());
        assertThat(running).hasSize(4);
        assertThat(ended).containsExactly("OverloadedException", "a", "IllegalStateException");
        running.get(2).tryEmitEmpty();
        running.get(3).tryEmitValue("b");
        assertThat(limit.running()).isZero();
    }

    @Test
    void callerWhoLeaves_givesUpItsPlace() {
        Disposable first = call();
        call();
        Disposable waiting = call();
        call();
        waiting.dispose();
        assertThat(limit.waiting()).isOne();
        first.dispose();
        assertThat(running).hasSize(3);
        assertThat(limit.running()).isEqualTo(2);
        assertThat(limit.waiting()).isZero();
    }

    @Test
    void callThatEndsAtOnce_holdsNothing() {
        for (int i = 0; i < 1000; i++) {
            limit.limit(Mono.just("x")).subscribe(ended::add);
        }
        assertThat(ended).hasSize(1000).containsOnly("x");
        assertThat(limit.running()).isZero();
    }

    /** As when a breaker opens while a long line waits. */
    @Test
    void lineOfCallsThatFailAtOnce_isEndedHoweverLongItIs() {
        ConcurrencyLimit narrow = new ConcurrencyLimit(1, 20_000);
        Mono<String> failing = Mono.error(new IllegalStateException());
        Sinks.One<String> first = Sinks.one();
        narrow.limit(first.asMono()).subscribe(ended::add);
        for (int i = 0; i < 20_000; i++) {
            narrow.limit(failing).subscribe(value -> {}, error -> ended.add("failed"));
        }
        assertThat(narrow.waiting()).isEqualTo(20_000);

        first.tryEmitValue("a");
        assertThat(ended).hasSize(20_001).startsWith("a");
        assertThat(narrow.running()).isZero();
        assertThat(narrow.waiting()).isZero();
    }
}
