package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code select=} and {@code order=}. */
final class SelectParser {

    private SelectParser() {}

    static List<SelectItem> select(String text) throws BadRequestException {
        TextCursor cursor = new TextCursor("select", text);
        List<SelectItem> items = new ArrayList<>();
        if (text.isEmpty()) {
            return items;
        }
        do {
            items.add(item(cursor));
        } while (cursor.skip(","));
        if (!cursor.atEnd()) {
            throw cursor.failure("',' was expected");
        }
        return items;
    }

    private static SelectItem item(TextCursor cursor) throws BadRequestException {
        if (cursor.skip("*")) {
            return SelectItem.ALL;
        }
        Optional<String> alias = Optional.empty();
        String column = name(cursor);
        if (cursor.peek() == ':' && !cursor.at("::")) {
            cursor.expect(":");
            alias = Optional.of(column);
            column = name(cursor);
        }
        if (cursor.peek() == '(') {
            throw new BadRequestException(
                    Problem.of(
                                    ProblemType.UNSUPPORTED,
                                    "select embeds '"
                                            + column
                                            + "', and embedding is not supported")
                            .withHint("read the other table with a request of its own"));
        }
        Optional<String> cast = Optional.empty();
        if (cursor.skip("::")) {
            String type = cursor.until(",");
            if (!ReadRequestParser.isCast(type)) {
                throw cursor.failure("'" + type + "' is not the name of a type");
            }
            cast = Optional.of(type);
        }
        return new SelectItem(column, alias, cast);
    }

    static List<OrderTerm> order(String text) throws BadRequestException {
        TextCursor cursor = new TextCursor("order", text);
        List<OrderTerm> terms = new ArrayList<>();
        if (text.isEmpty()) {
            return terms;
        }
        do {
            String column = cursor.quotedOrUntil(".,():");
            if (column.isEmpty()) {
                throw cursor.failure("a column was expected");
            }
            requireNoPath("order", column);
            boolean descending = cursor.skip(".desc");
            if (!descending) {
                cursor.skip(".asc");
            }
            Optional<Boolean> nullsFirst = Optional.empty();
            if (cursor.skip(".nullsfirst")) {
                nullsFirst = Optional.of(true);
            } else if (cursor.skip(".nullslast")) {
                nullsFirst = Optional.of(false);
            }
            terms.add(new OrderTerm(column, descending, nullsFirst));
        } while (cursor.skip(","));
        if (!cursor.atEnd()) {
            throw cursor.failure("write column.asc or column.desc, then .nullsfirst or .nullslast");
        }
        return terms;
    }

    private static String name(TextCursor cursor) throws BadRequestException {
        String name = cursor.quotedOrUntil(":,()");
        if (name.isEmpty()) {
            throw cursor.failure("a column was expected");
        }
        requireNoPath("select", name);
        return name;
    }

    /** Refuses {@code column->>member}, so that it is not taken for an odd column. */
    static void requireNoPath(String parameter, String name) throws BadRequestException {
        if (name.contains("->")) {
            throw new BadRequestException(
                    Problem.of(
                                    ProblemType.UNSUPPORTED,
                                    parameter
                                            + " reads into JSON with '"
                                            + name
                                            + "', which is not supported")
                            .withHint("name the whole column"));
        }
    }
}
