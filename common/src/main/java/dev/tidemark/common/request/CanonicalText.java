package dev.tidemark.common.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes canonical requests: the inverse of {@code ReadRequestParser}. */
final class CanonicalText {

    private CanonicalText() {}

    static String target(CanonicalRequest request) {
        List<String> parameters = parameters(request.select(), request.where());
        if (!request.order().isEmpty()) {
            parameters.add("order=" + encode(joined(request.order(), CanonicalText::order)));
        }
        request.limit().ifPresent(limit -> parameters.add("limit=" + limit));
        if (request.offset() > 0) {
            parameters.add("offset=" + request.offset());
        }
        return path(request.table(), request.key()) + query(parameters);
    }

    static String target(CanonicalWrite write) {
        List<String> parameters = parameters(write.select(), write.where());
        write.columns()
                .ifPresent(columns ->
                        parameters.add(
                                "columns="
                                        + encode(joined(columns, CanonicalText::quotedIfNeeded))));
        if (!write.onConflict().isEmpty()) {
            parameters.add(
                    "on_conflict="
                            + encode(joined(write.onConflict(), CanonicalText::quotedIfNeeded)));
        }
        return path(write.table(), write.key()) + query(parameters);
    }

    private static String path(String table, List<String> key) {
        String path = CanonicalRequest.ROOT + encode(table);
        return key.isEmpty()
                ? path
                : path
                        + '/'
                        + key.stream()
                                .map(part -> encode(part).replace(",", "%2C"))
                                .collect(Collectors.joining(","));
    }

    private static String query(List<String> parameters) {
        return parameters.isEmpty() ? "" : '?' + String.join("&", parameters);
    }

    private static List<String> parameters(List<SelectItem> select, Condition.Junction where) {
        List<String> parameters = new ArrayList<>();
        for (Condition condition : where.conditions()) {
            parameters.add(parameter(condition));
        }
        parameters.sort(null);
        if (!select.isEmpty()) {
            parameters.addFirst("select=" + encode(joined(select, CanonicalText::select)));
        }
        return parameters;
    }

    /** A condition as it stands inside {@code and=(…)}. */
    static String inTree(Condition condition) {
        return switch (condition) {
            case Condition.Comparison comparison ->
                    quotedIfNeeded(comparison.column())
                            + '.'
                            + operation(comparison)
                            + (comparison.operator() == Operator.IN
                                    ? list(comparison.values())
                                    : value(comparison.value()));
            case Condition.Junction junction ->
                    (junction.negated() ? "not." : "")
                            + (junction.any() ? "or" : "and")
                            + '('
                            + joined(junction.conditions(), CanonicalText::inTree)
                            + ')';
        };
    }

    private static String parameter(Condition condition) {
        return switch (condition) {
            // Only inside a tree can a column have the name of a control parameter.
            case Condition.Comparison comparison
                    when ReadRequestParser.isReserved(comparison.column()) ->
                    "and=" + encode('(' + inTree(comparison) + ')');
            case Condition.Comparison comparison ->
                    encode(comparison.column())
                            + '='
                            + encode(
                                    operation(comparison)
                                            + (comparison.operator() == Operator.IN
                                                    ? list(comparison.values())
                                                    : comparison.value()));
            case Condition.Junction junction ->
                    (junction.negated() ? "not." : "")
                            + (junction.any() ? "or=" : "and=")
                            + encode(
                                    '('
                                            + joined(junction.conditions(), CanonicalText::inTree)
                                            + ')');
        };
    }

    private static String operation(Condition.Comparison comparison) {
        return (comparison.negated() ? "not." : "")
                + comparison.operator().text()
                + comparison.configuration().map(name -> '(' + name + ')').orElse("")
                + '.';
    }

    private static String list(List<String> values) {
        return '(' + joined(values, CanonicalText::value) + ')';
    }

    private static String select(SelectItem item) {
        return item.alias().map(alias -> quotedIfNeeded(alias) + ':').orElse("")
                + (item.isAll() ? "*" : quotedIfNeeded(item.column()))
                + item.cast().map(cast -> "::" + cast).orElse("");
    }

    private static String order(OrderTerm term) {
        return quotedIfNeeded(term.column())
                + (term.descending() ? ".desc" : "")
                + term.nullsFirst().map(first -> first ? ".nullsfirst" : ".nullslast").orElse("");
    }

    private static <T> String joined(List<T> items, java.util.function.Function<T, String> toText) {
        return items.stream().map(toText).collect(Collectors.joining(","));
    }

    /** A value where a comma or parenthesis would end it. */
    private static String value(String text) {
        boolean bare =
                !text.isEmpty()
                        && text.charAt(0) != '"'
                        && text.charAt(0) != '{'
                        && text.chars().noneMatch(c -> c == ',' || c == '(' || c == ')');
        return bare ? text : quoted(text);
    }

    private static String quotedIfNeeded(String text) {
        if (text.isEmpty()) {
            return quoted(text);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c == '_' || Character.isLetterOrDigit(c))) {
                return quoted(text);
            }
        }
        return text;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * Percent-encodes UTF-8, all but what is unreserved or harmless in path and query alike (RFC
     * 3986, section 3.3).
     */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~*(),:".indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
