package dev.tidemark.retrieval.change;

/** Why changes cannot be captured, and what a person can do about it. */
final class UnavailableException extends Exception {

    /** What is missing. One is told once, however often it is found. */
    enum Reason {
        STANDBY,
        WAL_LEVEL,
        SCHEMA,
        PRIVILEGE,
        REPLICATION_RIGHT,
        SLOTS,
        SENDERS,
        SLOT_IN_OTHER_USE
    }

    private final Reason reason;

    UnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
