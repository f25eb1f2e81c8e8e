package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.Condition.Comparison;
import dev.tidemark.common.request.Condition.Junction;
import dev.tidemark.common.request.Operator;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Operators;
import dev.tidemark.retrieval.table.SqlType;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Field;
import org.jooq.QueryPart;
import org.jooq.impl.DSL;

/** Turns conditions of a request into those of SQL. */
final class Filters {

    private static final SqlType TEXT =
            new SqlType("pg_catalog", "text", "text", 'b', 'S', true, ',');

    private final Catalogue catalogue;
    private final Table table;
    private final List<Given> given = new ArrayList<>();

    Filters(Catalogue catalogue, Table table) {
        this.catalogue = catalogue;
        this.table = table;
    }

    /** All values that were met so far. */
    List<Given> given() {
        return List.copyOf(given);
    }

    org.jooq.Condition of(Condition condition) {
        org.jooq.Condition found =
                switch (condition) {
                    case Junction junction -> {
                        List<org.jooq.Condition> members = new ArrayList<>();
                        junction.conditions().forEach(member -> members.add(of(member)));
                        yield junction.any() ? DSL.or(members) : DSL.and(members);
                    }
                    case Comparison comparison ->
                            comparison(Columns.require(table, comparison.column()), comparison);
                };
        return condition.negated() ? DSL.condition("not ({0})", found) : found;
    }

    private org.jooq.Condition comparison(Column column, Comparison comparison) {
        Operator operator = comparison.operator();
        return switch (operator) {
            case EQ, NEQ, GT, GTE, LT, LTE, MATCH, IMATCH, CS, CD, OV ->
                    binary(column, operator, symbol(operator), comparison.value());
            case LIKE, ILIKE ->
                    binary(
                            column,
                            operator,
                            symbol(operator),
                            comparison.value().replace('*', '%'));
            case ISDISTINCT -> distinct(column, comparison.value());
            case IN -> in(column, comparison.values());
            case IS -> is(column, comparison.value());
            case FTS, PLFTS, PHFTS, WFTS -> textSearch(column, comparison);
        };
    }

    private static String symbol(Operator operator) {
        return switch (operator) {
            case EQ, IN -> "=";
            case NEQ, ISDISTINCT -> "<>";
            case GT -> ">";
            case GTE -> ">=";
            case LT -> "<";
            case LTE -> "<=";
            case LIKE -> "~~";
            case ILIKE -> "~~*";
            case MATCH -> "~";
            case IMATCH -> "~*";
            case CS -> "@>";
            case CD -> "<@";
            case OV -> "&&";
            case FTS, PLFTS, PHFTS, WFTS -> "@@";
            case IS -> throw new IllegalArgumentException("not a binary operator: is");
        };
    }

    private org.jooq.Condition binary(
            Column column, Operator operator, String symbol, String value) {
        Operators.Found found = find(column, operator, symbol);
        return applied(Sql.column(column), found, value(column, found, value));
    }

    private org.jooq.Condition distinct(Column column, String value) {
        Operators.Found found = find(column, Operator.ISDISTINCT, "<>");
        // IS DISTINCT FROM cannot name an operator's schema, and the value is never null: a null
        // on the left is what IS NOT FALSE adds.
        return DSL.condition(
                "({0}) is not false",
                applied(Sql.column(column), found, value(column, found, value)));
    }

    private org.jooq.Condition in(Column column, List<String> values) {
        Operators.Found found = find(column, Operator.IN, "=");
        if (values.isEmpty()) {
            return DSL.falseCondition();
        }
        SqlType type = found.asText() ? TEXT : column.type();
        if (!type.hasArray() || type.isArray()) {
            // An array of arrays would be one array of more dimensions.
            List<org.jooq.Condition> each = new ArrayList<>();
            for (String value : values) {
                each.add(applied(Sql.column(column), found, value(column, found, value)));
            }
            return DSL.or(each);
        }
        values.forEach(value -> given.add(new Given(column, type, value)));
        return applied(
                Sql.column(column),
                found,
                DSL.field("any ({0})", Object.class, Sql.castToArray(values, type)));
    }

    private Field<Object> value(Column column, Operators.Found operator, String text) {
        SqlType type = operator.asText() ? TEXT : column.type();
        given.add(new Given(column, type, text));
        return Sql.cast(text, type);
    }

    private org.jooq.Condition is(Column column, String value) {
        if (!value.equals("null") && !value.equals("not_null") && !column.type().isBoolean()) {
            throw misfit(column, "is." + value);
        }
        String predicate =
                switch (value) {
                    case "null" -> "{0} is null";
                    case "not_null" -> "{0} is not null";
                    case "true" -> "{0} is true";
                    case "false" -> "{0} is false";
                    case "unknown" -> "{0} is unknown";
                    default -> throw misfit(column, "is." + value);
                };
        return DSL.condition(predicate, Sql.column(column));
    }

    private org.jooq.Condition textSearch(Column column, Comparison comparison) {
        SqlType type = column.type();
        Field<Object> query = textQuery(comparison);
        Field<Object> document;
        if (type.is("tsvector")) {
            document = Sql.column(column);
        } else if (type.isString() || type.is("json") || type.is("jsonb")) {
            Field<Object> text =
                    type.isString() ? Sql.castToText(Sql.column(column)) : Sql.column(column);
            document =
                    comparison
                            .configuration()
                            .map(name ->
                                    DSL.field(
                                            "to_tsvector({0}, {1})",
                                            Object.class, configuration(name), text))
                            .orElseGet(() -> DSL.field("to_tsvector({0})", Object.class, text));
        } else {
            throw misfit(column, comparison.operator().text());
        }
        return DSL.condition("{0} @@ {1}", document, query);
    }

    private Field<Object> textQuery(Comparison comparison) {
        String function =
                switch (comparison.operator()) {
                    case PLFTS -> "plainto_tsquery";
                    case PHFTS -> "phraseto_tsquery";
                    case WFTS -> "websearch_to_tsquery";
                    default -> "to_tsquery";
                };
        Field<Object> words = Sql.castToText(DSL.val(comparison.value()));
        return comparison
                .configuration()
                .map(name ->
                        DSL.field(
                                function + "({0}, {1})", Object.class, configuration(name), words))
                .orElseGet(() -> DSL.field(function + "({0})", Object.class, words));
    }

    private Field<Object> configuration(String name) {
        if (!catalogue.textSearchConfigurations().contains(name)) {
            throw new ProblemException(
                    Problem.of(
                                    ProblemType.BAD_REQUEST,
                                    "text search configuration \"" + name + "\" does not exist")
                            .withCode("42704"));
        }
        return DSL.field("cast({0} as pg_catalog.regconfig)", Object.class, DSL.val(name));
    }

    /** Whether two values of a column's type are equal. */
    org.jooq.Condition equal(Column column, QueryPart left, QueryPart right) {
        return applied(left, find(column, Operator.EQ, "="), right);
    }

    private static org.jooq.Condition applied(
            QueryPart left, Operators.Found operator, QueryPart right) {
        // The symbol is one of our own list, never of the request.
        return operator.schema()
                .map(schema ->
                        DSL.condition(
                                "{0} operator({1}." + operator.symbol() + ") {2}",
                                left,
                                DSL.quotedName(schema),
                                right))
                .orElseGet(() -> DSL.condition("{0} " + operator.symbol() + " {1}", left, right));
    }

    private Operators.Found find(Column column, Operator operator, String symbol) {
        return catalogue
                .operators()
                .find(symbol, column.type())
                .orElseThrow(() -> misfit(column, operator.text()));
    }

    static ProblemException misfit(Column column, String operator) {
        return new ProblemException(
                Problem.of(
                                ProblemType.BAD_REQUEST,
                                "the operator '%s' does not fit the column '%s', which is of type %s"
                                        .formatted(operator, column.name(), column.declaredType()))
                        .withCode("42883"));
    }
}
