package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.Catalogue;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** The number of the database's incarnation, where there is one, else 0. */
final class Incarnation {

    private Incarnation() {}

    static Field<Long> of(Catalogue catalogue) {
        return catalogue.hasIncarnation()
                ? DSL.field(
                        "coalesce((select max({0}) from {1}), 0)",
                        Long.class,
                        DSL.quotedName("number"),
                        DSL.quotedName("tidemark", "incarnation"))
                : DSL.field("cast(0 as bigint)", Long.class);
    }
}
