package dev.tidemark.retrieval.follow;

import java.sql.SQLException;

/** The publication is there but does not tell of all changes, so nothing can be followed. */
public final class UnusablePublicationException extends SQLException {

    UnusablePublicationException(String publication, String reason) {
        super(
                """
                the publication "%s" %s: drop it (it is made again), or set \
                tidemark.change.publication to another name\
                """
                        .formatted(publication, reason));
    }
}
