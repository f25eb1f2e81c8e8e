package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads filters: {@code column=op.value} and the trees {@code and=(…)} and {@code or=(…)}. */
final class FilterParser {

    /** Deep enough for any hand-written filter; recursion on a client's word must have an end. */
    private static final int DEPTH_MAX = 10;

    private static final Set<String> IS_VALUES =
            Set.of("null", "not_null", "true", "false", "unknown");
    private static final Pattern CONFIGURATION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    private FilterParser() {}

    /** A parameter {@code column=op.value}. */
    static Condition comparison(String column, String text) throws BadRequestException {
        TextCursor cursor = new TextCursor(column, text);
        Condition.Comparison comparison = operation(column, cursor, false);
        if (!cursor.atEnd()) {
            throw cursor.failure("nothing more was expected");
        }
        return comparison;
    }

    /** A parameter {@code and=(…)}, {@code or=(…)}, {@code not.and=(…)} or {@code not.or=(…)}. */
    static Condition junction(String name, String text) throws BadRequestException {
        boolean negated = name.startsWith("not.");
        TextCursor cursor = new TextCursor(name, text);
        Condition.Junction junction = members(negated, name.endsWith("or"), cursor, 1);
        if (!cursor.atEnd()) {
            throw cursor.failure("nothing more was expected");
        }
        return junction;
    }

    private static Condition.Junction members(
            boolean negated, boolean any, TextCursor cursor, int depth) throws BadRequestException {
        if (depth > DEPTH_MAX) {
            throw cursor.failure("conditions nest deeper than " + DEPTH_MAX);
        }
        cursor.expect("(");
        List<Condition> conditions = new ArrayList<>();
        do {
            conditions.add(member(cursor, depth));
        } while (cursor.skip(","));
        cursor.expect(")");
        return new Condition.Junction(negated, any, conditions);
    }

    private static Condition member(TextCursor cursor, int depth) throws BadRequestException {
        for (boolean negated : new boolean[] {false, true}) {
            for (boolean any : new boolean[] {false, true}) {
                if (cursor.skipBefore((negated ? "not." : "") + (any ? "or" : "and"), '(')) {
                    return members(negated, any, cursor, depth + 1);
                }
            }
        }
        String column = cursor.quotedOrUntil(".,()");
        if (column.isEmpty()) {
            throw cursor.failure("a column was expected");
        }
        cursor.expect(".");
        return operation(column, cursor, true);
    }

    private static Condition.Comparison operation(String column, TextCursor cursor, boolean inTree)
            throws BadRequestException {
        SelectParser.requireNoPath("a filter", column);
        boolean negated = cursor.skip("not.");
        String name = cursor.until(".(");
        Operator operator = Operator.find(name).orElseThrow(() -> unknownOperator(column, name));
        Optional<String> configuration = Optional.empty();
        if (cursor.peek() == '(') {
            if (!operator.isTextSearch()) {
                throw unknownOperator(column, name + "(…)");
            }
            cursor.expect("(");
            String text = cursor.until(")");
            cursor.expect(")");
            if (!CONFIGURATION.matcher(text).matches()) {
                throw cursor.failure("'" + text + "' does not name a text search configuration");
            }
            configuration = Optional.of(text);
        }
        if (!cursor.skip(".")) {
            throw cursor.failure("a value is missing: write " + name + ".value");
        }
        List<String> values =
                operator == Operator.IN ? list(cursor) : List.of(value(operator, cursor, inTree));
        return new Condition.Comparison(column, negated, operator, configuration, values);
    }

    private static String value(Operator operator, TextCursor cursor, boolean inTree)
            throws BadRequestException {
        String value;
        if (!inTree) {
            value = cursor.rest();
        } else if (cursor.peek() == '{') {
            value = cursor.braced();
        } else {
            value = cursor.quotedOrUntil(",)");
        }
        if (operator != Operator.IS) {
            return value;
        }
        String lower = value.toLowerCase(Locale.ROOT);
        if (!IS_VALUES.contains(lower)) {
            throw cursor.failure(
                    "'is' takes null, not_null, true, false or unknown, not '" + value + "'");
        }
        return lower;
    }

    private static List<String> list(TextCursor cursor) throws BadRequestException {
        cursor.expect("(");
        List<String> values = new ArrayList<>();
        if (cursor.skip(")")) {
            return values;
        }
        do {
            values.add(cursor.quotedOrUntil(",)"));
        } while (cursor.skip(","));
        cursor.expect(")");
        return values;
    }

    private static BadRequestException unknownOperator(String column, String name) {
        String known =
                Arrays.stream(Operator.values())
                        .map(Operator::text)
                        .collect(Collectors.joining(", "));
        return new BadRequestException(
                Problem.of(
                                ProblemType.BAD_REQUEST,
                                "the filter on '" + column + "' has no operator '" + name + "'")
                        .withHint("write column=operator.value with one of: " + known));
    }
}
