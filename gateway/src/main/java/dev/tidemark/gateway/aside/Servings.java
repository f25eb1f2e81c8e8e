package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.gateway.check.Sampler;
import dev.tidemark.gateway.http.CacheStatus;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.origin.Fetched;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.Optional;

/** Turns what was found or has landed into what a reader gets, where it may have it. */
final class Servings {

    private final NearCache near;
    private final ServingRule rule;
    private final Sampler sampler;
    private final MonotonicClock clock;
    private final AsideMeters meters;

    Servings(
            NearCache near,
            ServingRule rule,
            Sampler sampler,
            MonotonicClock clock,
            AsideMeters meters) {
        this.near = near;
        this.rule = rule;
        this.sampler = sampler;
        this.clock = clock;
        this.meters = meters;
    }

    /** An answer from memory, for a reader that may have it. */
    static Served.Whole nearHit(Found.Fresh fresh, long nowNanos) {
        Entry entry = fresh.entry();
        String status = CacheStatus.nearHit(entry.softTtlLeft(nowNanos), entry.answer().followed());
        return new Served.Whole(entry, false, fresh.stalenessNanos(), status, ServerTiming.NEAR);
    }

    /** A stale answer from memory, for a reader that may have it while it is fetched again. */
    Served nearRevalidated(Found.Revalidated revalidated) {
        meters.staleWhileRevalidate();
        Entry entry = revalidated.entry();
        String status = CacheStatus.nearRevalidated(entry.softTtlLeft(clock.nanos()));
        return new Served.Whole(
                entry, false, revalidated.stalenessNanos(), status, ServerTiming.NEAR);
    }

    Served passed(Reader reader, Fetched fetched, long began) {
        long age = clock.nanos() - began;
        ServerTiming timing = ServerTiming.ofOrigin(Duration.ofNanos(age));
        String status = CacheStatus.bypassed();
        return switch (fetched) {
            case Fetched.Whole(var answer, _, _) -> {
                answered(reader, AsideMeters.Layer.ORIGIN, answer.status());
                yield new Served.Whole(new Entry(answer, began), false, age, status, timing);
            }
            case Fetched.Streaming streaming -> {
                answered(reader, AsideMeters.Layer.ORIGIN, streaming.status());
                yield new Served.Streamed(
                        streaming.status(),
                        streaming.head(),
                        streaming.body(),
                        streaming.seen(),
                        Duration.ofNanos(age),
                        status,
                        timing);
            }
            case Fetched.Refused refused -> refused(reader, refused, Optional.empty(), false);
            case Fetched.Unavailable(Problem problem) -> instead(reader, problem);
        };
    }

    /** Empty if this reader may not have it. */
    Optional<Served> sharedHit(
            Reader reader, Landing.Found found, boolean stored, boolean collapsed) {
        Entry entry = found.entry();
        Duration ttlLeft = entry.softTtlLeft(clock.nanos());
        return switch (rule.judge(reader, entry)) {
            case Found.Fresh(_, long staleness) -> {
                answered(reader, AsideMeters.Layer.SHARED, entry.answer().status());
                sampler.served(reader.request().canonical(), reader.key(), entry);
                String status =
                        CacheStatus.sharedHit(
                                ttlLeft,
                                entry.answer().followed(),
                                reader.near(),
                                stored,
                                collapsed);
                yield Optional.of(
                        new Served.Whole(entry, false, staleness, status, found.timing()));
            }
            case Found.Revalidated(_, long staleness) -> {
                meters.staleWhileRevalidate();
                answered(reader, AsideMeters.Layer.SHARED, entry.answer().status());
                sampler.served(reader.request().canonical(), reader.key(), entry);
                String status = CacheStatus.sharedRevalidated(ttlLeft, reader.near(), collapsed);
                yield Optional.of(
                        new Served.Whole(entry, false, staleness, status, found.timing()));
            }
            default -> Optional.empty();
        };
    }

    /** Empty if this reader may not have it. */
    Optional<Served> whole(Reader reader, Landing.FetchedWhole fetched, boolean collapsed) {
        long staleness;
        if (rule.judge(reader, fetched.entry()) instanceof Found.Fresh fresh) {
            staleness = fresh.stalenessNanos();
        } else if (fetched.ofPrimary() && ServingRule.isSince(reader, fetched.beganNanos())) {
            staleness = clock.nanos() - fetched.beganNanos();
        } else {
            return Optional.empty();
        }
        answered(reader, AsideMeters.Layer.ORIGIN, fetched.entry().answer().status());
        String status =
                CacheStatus.fetched(
                        fetched.shared(),
                        reader.near(),
                        fetched.entry().answer().status(),
                        fetched.stored(),
                        collapsed);
        return Optional.of(
                new Served.Whole(fetched.entry(), false, staleness, status, fetched.timing()));
    }

    Served streamed(Reader reader, Landing.FetchedStream stream, Optional<Forward> shared) {
        Fetched.Streaming streaming = stream.streaming();
        answered(reader, AsideMeters.Layer.ORIGIN, streaming.status());
        return new Served.Streamed(
                streaming.status(),
                streaming.head(),
                streaming.body(),
                streaming.seen(),
                Duration.ofNanos(clock.nanos() - stream.beganNanos()),
                CacheStatus.fetched(shared, reader.near(), streaming.status(), false, false),
                stream.timing());
    }

    Served refused(
            Reader reader, Fetched.Refused refused, Optional<Forward> shared, boolean collapsed) {
        Served served =
                new Served.Refused(
                        refused.status(),
                        refused.head(),
                        refused.body(),
                        CacheStatus.fetched(
                                shared, reader.near(), refused.status(), false, collapsed));
        return refused.isFailure() ? lastResort(reader).orElse(served) : served;
    }

    /** What there is, now that the origin fails: something stale, or the problem. */
    Served instead(Reader reader, Problem problem) {
        return lastResort(reader).orElseGet(() -> new Served.Failed(problem));
    }

    Optional<Served> lastResort(Reader reader) {
        if (reader.near() == Forward.BYPASS || !reader.session().isEmpty()) {
            return Optional.empty();
        }
        long now = clock.nanos();
        return near.findLastResort(reader.key())
                .filter(entry ->
                        Demand.allowsStaleIfError(
                                reader.request(),
                                entry.answer().policy(),
                                entry.age(now).toNanos()))
                .map(entry -> {
                    meters.staleIfError();
                    answered(reader, AsideMeters.Layer.NEAR, entry.answer().status());
                    String status = CacheStatus.staleIfError(entry.softTtlLeft(now));
                    long age = entry.age(now).toNanos();
                    return new Served.Whole(entry, true, age, status, ServerTiming.NEAR);
                });
    }

    private void answered(Reader reader, AsideMeters.Layer layer, int status) {
        meters.answered(reader.request().canonical(), layer, status);
    }
}
