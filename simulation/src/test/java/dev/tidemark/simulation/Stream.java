package dev.tidemark.simulation;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The log in Redis: a master, a replica that lags, and what is done by scripts. */
final class Stream {

    private final Rule rule;
    private final List<LogRecord> records = new ArrayList<>();
    private int replicated;
    private long term;

    /** A clock that was stored, so that what is before it can go. */
    Optional<LogFollower.Copy> snapshot = Optional.empty();

    Stream(Rule rule) {
        this.rule = rule;
    }

    LogOpened open(long now) {
        term = Math.max(term + 1, now);
        return new LogOpened(term, tail());
    }

    Optional<LogRecord> tail() {
        return records.isEmpty() ? Optional.empty() : Optional.of(records.getLast());
    }

    AppendOutcome append(LogRecord record) {
        if (records.contains(record)) {
            return appended(record);
        }
        if (rule == Rule.APPEND_WITHOUT_PREDECESSOR && record.position().isAfter(tailPosition())) {
            records.add(new LogRecord(record.position(), tailPosition(), record.content()));
            return appended(record);
        }
        boolean follows = record.predecessor().equals(tailPosition());
        if (!follows || record.position().term() < term) {
            return new AppendOutcome.Refused(term, tail());
        }
        records.add(record);
        return appended(record);
    }

    private AppendOutcome appended(LogRecord record) {
        LogPosition durable =
                replicated == 0 ? LogPosition.NONE : records.get(replicated - 1).position();
        return new AppendOutcome.Appended(record.position(), durable);
    }

    private LogPosition tailPosition() {
        return tail().map(LogRecord::position).orElse(LogPosition.NONE);
    }

    /** The records, a line each. */
    String describe() {
        return records.stream()
                .map(LogRecord::toString)
                .collect(Collectors.joining("\n  ", "records\n  ", "\n"));
    }

    void replicate() {
        replicated = records.size();
    }

    /** The replica takes over; what it did not have is lost. */
    void failOver() {
        while (records.size() > replicated) {
            records.removeLast();
        }
    }

    void emptyDangerously() {
        records.clear();
        replicated = 0;
        term = 0;
        snapshot = Optional.empty();
    }

    /** Keeps the tail, so that a predecessor can be compared. */
    void trim(LogPosition snapshotPosition) {
        while (records.size() > 1 && !records.getFirst().position().isAfter(snapshotPosition)) {
            records.removeFirst();
            replicated = Math.max(0, replicated - 1);
        }
    }

    /** The first record after a place. */
    Optional<LogRecord> after(LogPosition position) {
        return records.stream().filter(record -> record.position().isAfter(position)).findFirst();
    }

    Optional<LogRecord> first() {
        return records.isEmpty() ? Optional.empty() : Optional.of(records.getFirst());
    }
}
