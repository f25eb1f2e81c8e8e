package dev.tidemark.retrieval.dba;

import java.util.List;

/**
 * What the doctor says.
 *
 * @param database which one it is
 * @param role as whom it was asked
 * @param findings in the order in which they are to be put right
 * @param tables all that are served, by name
 */
record Diagnosis(String database, String role, List<Finding> findings, List<Served> tables) {

    /**
     * A table or view that is served.
     *
     * @param reason why it is or would be served by time only; empty if it is not
     */
    record Served(String name, State state, String reason) {}

    enum State {
        /** Its changes are captured now. */
        FOLLOWED,
        /** Its changes will be, once something captures. */
        FOLLOWABLE,
        TIME_ONLY
    }

    Diagnosis {
        findings = List.copyOf(findings);
        tables = List.copyOf(tables);
    }

    /** Whether changes can be captured at all; then tables that cannot be followed are no fault. */
    boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.level() == Finding.Level.WRONG);
    }

    long timeOnly() {
        return tables.stream().filter(table -> table.state() == State.TIME_ONLY).count();
    }
}
