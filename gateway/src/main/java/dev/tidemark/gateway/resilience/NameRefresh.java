package dev.tidemark.gateway.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** Resolves the names of services again every few seconds, off the event loops. */
public final class NameRefresh implements DisposableBean {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final List<Disposable> running = new CopyOnWriteArrayList<>();

    public void keepFresh(Instances<?> instances) {
        if (instances.haveNames()) {
            running.add(
                    Schedulers.boundedElastic()
                            .schedulePeriodically(
                                    instances::refresh,
                                    0,
                                    INTERVAL.toMillis(),
                                    TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void destroy() {
        running.forEach(Disposable::dispose);
    }
}
