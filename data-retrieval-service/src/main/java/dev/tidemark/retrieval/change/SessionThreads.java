package dev.tidemark.retrieval.change;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads and connections of a session, which end together: the first failure of any of them
 * closes all.
 */
final class SessionThreads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SessionThreads.class);

    /** A thread that was interrupted and has lost its connection ends at once. */
    private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean closed;

    /** What a thread does until it is interrupted. */
    interface Work {
        void run() throws Exception;
    }

    /** What a thread is asked for. */
    interface Question<T> {
        T answer() throws Exception;
    }

    /** An answer to come. */
    final class Task<T> {
        private final BlockingQueue<T> answer = new ArrayBlockingQueue<>(1);

        /** The answer, if it comes in time. */
        Optional<T> await(Duration atMost) throws InterruptedException, SessionEndedException {
            Optional<T> given =
                    Optional.ofNullable(answer.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
            if (given.isEmpty()) {
                check();
            }
            return given;
        }
    }

    /** Closes the connection with the session. */
    synchronized Connection own(Connection connection) throws SQLException {
        if (closed) {
            connection.close();
            throw new SQLException("the session is over");
        }
        connections.add(connection);
        return connection;
    }

    synchronized void start(String name, Work work) {
        if (closed) {
            return;
        }
        threads.add(
                Thread.ofPlatform()
                        .daemon()
                        .name(name)
                        .start(() -> {
                            try {
                                work.run();
                            } catch (Throwable e) {
                                // Errors too: a session without this thread would hold the slot
                                // and tell nothing.
                                fail(e);
                            }
                        }));
    }

    <T> Task<T> start(String name, Question<T> question) {
        Task<T> task = new Task<>();
        start(name, (Work) () -> task.answer.put(question.answer()));
        return task;
    }

    /** Ends the session; only the first reason is kept. */
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        end();
    }

    /** Throws if the session is over. */
    void check() throws SessionEndedException {
        Throwable cause = failure.get();
        if (cause instanceof SessionEndedException ended) {
            throw ended;
        }
        if (cause != null) {
            throw new SessionEndedException(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** Waits for so long, unless the session ends before that, or has ended. */
    void pause(Duration duration) throws InterruptedException, SessionEndedException {
        if (over.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            check();
            throw new SessionEndedException("the session is over");
        }
    }

    /** Closes whatever a thread may be waiting for, without waiting for the server. */
    private synchronized void end() {
        closed = true;
        over.countDown();
        for (Connection connection : connections) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("A connection could not be closed", e);
            }
        }
        threads.forEach(Thread::interrupt);
    }

    @Override
    public void close() {
        end();
        List<Thread> ending;
        synchronized (this) {
            ending = List.copyOf(threads);
        }
        boolean interrupted = false;
        for (Thread thread : ending) {
            try {
                if (!thread.join(END_TIMEOUT)) {
                    log.warn("{} does not end", thread.getName());
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
