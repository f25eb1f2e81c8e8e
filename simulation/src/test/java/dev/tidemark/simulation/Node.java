package dev.tidemark.simulation;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.log.StalenessBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cache-service or a gateway, as far as both follow the log. */
final class Node {

    private final World world;
    private final List<LogRecord> ring = new ArrayList<>();
    StalenessBound staleness = new StalenessBound();
    Follower follower;

    Node(World world) {
        this.world = world;
        this.follower = new Follower(world.rule);
    }

    /** Takes the next record of the stream: a cache-service. */
    void followStream() {
        Stream stream = world.stream;
        Optional<LogRecord> next = stream.after(follower.told());
        boolean emptied =
                next.isEmpty()
                        && stream.tail()
                                .map(tail -> follower.told().isAfter(tail.position()))
                                .orElse(false);
        if (emptied) {
            reload();
            return;
        }
        next.ifPresent(record -> {
            if (follower.apply(record) == LogFollower.Applied.APPLIED) {
                ring.add(record);
            } else {
                reload();
            }
        });
    }

    private void reload() {
        Stream stream = world.stream;
        boolean fromTheStart =
                stream.first()
                        .map(record ->
                                record.predecessor().equals(LogPosition.NONE)
                                        && record.content() instanceof Content.Generation)
                        .orElse(false);
        if (stream.snapshot.isPresent() || fromTheStart) {
            ring.clear();
            follower = new Follower(world.rule);
            stream.snapshot.ifPresent(follower::restore);
        }
    }

    /** Takes the next record that another node has applied, or its clock: a gateway. */
    void follow(Node upstream) {
        int at = -1;
        for (int i = 0; i < upstream.ring.size(); i++) {
            if (upstream.ring.get(i).position().equals(follower.told())) {
                at = i;
            }
        }
        boolean mayChain = at >= 0 || world.rule == Rule.FOLLOWER_WITHOUT_CHAIN;
        if (follower.told().equals(upstream.follower.told())) {
            return;
        }
        if (!mayChain) {
            follower.restore(upstream.follower.copy());
            return;
        }
        for (LogRecord record : upstream.ring) {
            if (record.position().isAfter(follower.told())) {
                follower.apply(record);
                return;
            }
        }
    }

    void restart() {
        ring.clear();
        follower = new Follower(world.rule);
        staleness = new StalenessBound();
    }

    Duration bound() {
        return staleness.at(follower.position(), World.nanos(world.now));
    }

    Optional<Completeness> completeness() {
        Duration bound = bound();
        return bound.equals(Completeness.UNKNOWN)
                ? Optional.empty()
                : Optional.of(new Completeness(follower.position(), bound));
    }

    /** Stores its clock, so that others can start from it and the stream can be trimmed. */
    void storeSnapshot() {
        LogPosition position = follower.told();
        boolean known =
                world.stream.tail().isPresent()
                        && !position.isAfter(world.stream.tail().get().position())
                        && !position.equals(LogPosition.NONE);
        if (known) {
            world.stream.snapshot = Optional.of(follower.copy());
            world.stream.trim(position);
        }
    }
}
