package dev.tidemark.benchmarks.failure;

import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.Command;
import dev.tidemark.quickstart.redis.RedisNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is done to a running suite, and how it is made whole again. */
public enum Fault {
    /** {@code kill -9} of one of several. The suite starts it again, as an orchestrator would. */
    GATEWAY_KILLED("a gateway is killed") {
        @Override
        void inject(Suite suite, Duration lasting) {
            one(suite, "gateway").kill();
        }
    },
    CACHE_SERVICE_KILLED("a cache-service of two is killed") {
        @Override
        void inject(Suite suite, Duration lasting) {
            one(suite, "cache-service").kill();
        }
    },
    DATA_RETRIEVAL_SERVICE_KILLED("a data-retrieval-service of two is killed") {
        @Override
        void inject(Suite suite, Duration lasting) {
            one(suite, "data-retrieval-service").kill();
        }
    },
    /** {@code SIGSTOP}: it holds its connections and says nothing. */
    GATEWAY_HANGS("a gateway hangs") {
        @Override
        void inject(Suite suite, Duration lasting) {
            hang(one(suite, "gateway"), lasting);
        }
    },
    CACHE_SERVICE_HANGS("a cache-service of two hangs") {
        @Override
        void inject(Suite suite, Duration lasting) {
            hang(one(suite, "cache-service"), lasting);
        }
    },
    DATA_RETRIEVAL_SERVICE_HANGS("a data-retrieval-service of two hangs") {
        @Override
        void inject(Suite suite, Duration lasting) {
            hang(one(suite, "data-retrieval-service"), lasting);
        }
    },
    REDIS_MASTER_KILLED("a Redis master is killed") {
        @Override
        void inject(Suite suite, Duration lasting) {
            Part master =
                    suite.redis().nodes().stream()
                            .filter(RedisNode::isMaster)
                            .map(node -> named(suite, "Redis node " + node))
                            .findFirst()
                            .orElseThrow();
            downFor(List.of(master), lasting);
        }
    },
    REDIS_KILLED("all of Redis is killed") {
        @Override
        void inject(Suite suite, Duration lasting) {
            downFor(some(suite, name -> name.startsWith("Redis node")), lasting);
        }
    },
    /** In an orderly way, as for an update of it: what is cached stays what it was. */
    POSTGRES_STOPPED("PostgreSQL is stopped") {
        @Override
        void inject(Suite suite, Duration lasting) {
            Part postgres = suite.postgres();
            signal("INT", postgres.pid());
            if (!Await.until(END_TIMEOUT, () -> !postgres.isRunning())) {
                throw new IllegalStateException(postgres + " did not end in " + END_TIMEOUT);
            }
            downFor(List.of(postgres), lasting);
        }
    },
    /** It recovers from the crash, which ends the history that caches know of. */
    POSTGRES_KILLED("PostgreSQL is killed") {
        @Override
        void inject(Suite suite, Duration lasting) {
            downFor(List.of(suite.postgres()), lasting);
        }
    },
    /**
     * {@code SIGTERM} to one instance of each service at a time, as when all deployments are rolled
     * out at once: the next when those before are ready again, whoever has taken them out has had
     * time to notice, and the new have been beside the old for as long as is asked for.
     */
    ROLLING_RESTART("every service is restarted, one instance of each at a time") {
        @Override
        void inject(Suite suite, Duration lasting) {
            List<Queue<Part>> services =
                    Stream.of("data-retrieval-service", "cache-service", "gateway")
                            .<Queue<Part>>map(service ->
                                    new ArrayDeque<>(some(suite, name -> name.startsWith(service))))
                            .toList();
            while (!services.stream().allMatch(Queue::isEmpty)) {
                restart(services.stream().map(Queue::poll).filter(Objects::nonNull).toList());
                await(lasting.compareTo(NOTICED) > 0 ? lasting : NOTICED);
            }
        }
    };

    private static final Duration END_TIMEOUT = Duration.ofSeconds(30);

    /**
     * NGINX asks a gateway that it has taken out again after {@code fail_timeout}, which is 2 s.
     * With the next one stopped sooner it might have none left.
     */
    private static final Duration NOTICED = Duration.ofSeconds(3);

    private final String title;

    Fault(String title) {
        this.title = title;
    }

    /** Returns when the fault is over; what it hit may still need some time to be back. */
    abstract void inject(Suite suite, Duration lasting);

    /** As the report calls it. */
    public String title() {
        return title;
    }

    /** As on a command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Part one(Suite suite, String service) {
        return named(suite, service);
    }

    private static Part named(Suite suite, String name) {
        return some(suite, name::equals).getFirst();
    }

    private static List<Part> some(Suite suite, Predicate<String> wanted) {
        return suite.parts().stream().filter(part -> wanted.test(part.name())).toList();
    }

    private static void downFor(List<Part> parts, Duration lasting) {
        parts.parallelStream().forEach(Part::holdDown);
        await(lasting);
        parts.parallelStream().forEach(Part::start);
    }

    private static void hang(Part part, Duration lasting) {
        long pid = part.pid();
        signal("STOP", pid);
        try {
            await(lasting);
        } finally {
            signal("CONT", pid);
        }
    }

    private static void restart(List<Part> parts) {
        List<Long> before = parts.stream().map(Part::pid).toList();
        before.forEach(pid -> signal("TERM", pid));
        boolean ended =
                Await.until(
                        END_TIMEOUT,
                        () -> parts.stream().map(Part::pid).noneMatch(before::contains));
        if (!ended) {
            throw new IllegalStateException(parts + " did not all end in " + END_TIMEOUT);
        }
        parts.forEach(Part::awaitReady);
    }

    private static void signal(String signal, long pid) {
        try {
            Command.run(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Duration time) {
        long start = System.nanoTime();
        var _ = Await.until(time, () -> System.nanoTime() - start >= time.toNanos());
    }
}
