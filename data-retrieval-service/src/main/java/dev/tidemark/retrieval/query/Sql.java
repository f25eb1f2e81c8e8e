package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.SqlType;
import dev.tidemark.retrieval.table.Table;
import java.util.Collection;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.QueryPart;
import org.jooq.SQL;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** The pieces that all statements are made of. */
final class Sql {

    /** What the table is called inside of a statement. */
    private static final String ROW = "t";

    private static final DSLContext CONTEXT;

    static {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        CONTEXT =
                DSL.using(
                        SQLDialect.POSTGRES,
                        new Settings()
                                .withRenderQuotedNames(RenderQuotedNames.ALWAYS)
                                .withRenderFormatted(false));
    }

    private Sql() {}

    static DSLContext context() {
        return CONTEXT;
    }

    /** The statement with a question mark for each parameter. */
    static String render(org.jooq.Query query) {
        return query.getSQL();
    }

    static org.jooq.Table<?> table(Table table) {
        return DSL.table(DSL.quotedName(table.name().schema(), table.name().name()))
                .as(DSL.quotedName(ROW));
    }

    /** The table where it is written to, under the name that {@link #column} knows it by. */
    static SQL target(Table table) {
        return DSL.sql(
                "{0} as {1}",
                DSL.quotedName(table.name().schema(), table.name().name()), DSL.quotedName(ROW));
    }

    /** What tells one content of a row from another: all that is served of it. */
    static Field<Object> rowHash(Table table) {
        return DSL.field(
                "md5(cast(row({0}) as pg_catalog.text))",
                Object.class, DSL.list(table.columns().stream().map(Sql::column).toList()));
    }

    static Field<Object> column(Column column) {
        return DSL.field(DSL.quotedName(ROW, column.name()));
    }

    static Name name(SqlType type) {
        return DSL.quotedName(type.schema(), type.name());
    }

    /** A value of a request, as one of a type. */
    static Field<Object> cast(String value, SqlType type) {
        return DSL.field("cast({0} as {1})", Object.class, DSL.val(value), name(type));
    }

    static Field<Object> castToText(QueryPart part) {
        return DSL.field("cast({0} as pg_catalog.text)", Object.class, part);
    }

    /**
     * A value as PostgreSQL prints it, in changes too. Not a cast: that makes true of t, adds a
     * netmask to an address and takes the padding off a char(n).
     */
    static Field<Object> printed(QueryPart part) {
        return DSL.field("concat({0})", Object.class, part);
    }

    /** Several values as an array. */
    static Field<Object> castToArray(Collection<String> values, SqlType type) {
        return castToArray(DSL.val(arrayLiteral(values, type.delimiter())), type);
    }

    static Field<Object> castToArray(QueryPart literal, SqlType type) {
        return DSL.field("cast({0} as {1}[])", Object.class, literal, name(type));
    }

    static SQL keyword(String trusted) {
        return DSL.sql(trusted);
    }

    /** PostgreSQL's text form of an array; all elements quoted, so that none is taken for NULL. */
    static String arrayLiteral(Collection<String> values, char delimiter) {
        StringBuilder literal = new StringBuilder("{");
        for (String value : values) {
            if (literal.length() > 1) {
                literal.append(delimiter);
            }
            literal.append('"');
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    literal.append('\\');
                }
                literal.append(c);
            }
            literal.append('"');
        }
        return literal.append('}').toString();
    }
}
