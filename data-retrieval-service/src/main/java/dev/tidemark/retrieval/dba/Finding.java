package dev.tidemark.retrieval.dba;

/**
 * Something that was looked at.
 *
 * @param subject in a word
 * @param is what was found
 * @param means what follows from it; empty where it is fine
 * @param todo how to put it right, one line of SQL where there is one; empty if nothing is to be
 *     done
 */
record Finding(Level level, String subject, String is, String means, String todo) {

    enum Level {
        OK,
        /** Worth knowing. */
        NOTE,
        /** Nothing can be followed until it is put right. */
        WRONG
    }

    static Finding ok(String subject, String is) {
        return new Finding(Level.OK, subject, is, "", "");
    }

    static Finding note(String subject, String is, String means, String todo) {
        return new Finding(Level.NOTE, subject, is, means, todo);
    }

    static Finding wrong(String subject, String is, String means, String todo) {
        return new Finding(Level.WRONG, subject, is, means, todo);
    }
}
