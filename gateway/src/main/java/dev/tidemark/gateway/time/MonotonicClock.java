package dev.tidemark.gateway.time;

/** A clock that never goes back; only differences of its readings mean something. */
@FunctionalInterface
public interface MonotonicClock {

    MonotonicClock SYSTEM = System::nanoTime;

    long nanos();
}
