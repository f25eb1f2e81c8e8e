package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalWrite.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Turns a raw target and its headers into a {@link WriteRequest}: the grammar is that of reads. */
final class WriteRequestParser {

    private static final int IDEMPOTENCY_KEY_CHARS_MAX = 255;
    private static final Set<String> CONTROLS = Set.of("select", "columns", "on_conflict");
    private static final Set<String> PAGING = Set.of("order", "limit", "offset");

    private WriteRequestParser() {}

    static WriteRequest.Parsed parse(
            String httpMethod, String target, RequestHeaders headers, int charsMax) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        if (!path.startsWith(CanonicalRequest.ROOT)) {
            return new WriteRequest.Parsed.NotOurs();
        }
        try {
            if (target.length() > charsMax) {
                throw ReadRequestParser.tooLong(target, charsMax);
            }
            Method method =
                    Method.find(httpMethod)
                            .orElseThrow(() -> ReadRequestParser.notAllowed(httpMethod));
            return new WriteRequest.Parsed.Write(
                    request(
                            method,
                            path.substring(CanonicalRequest.ROOT.length()),
                            question < 0 ? "" : target.substring(question + 1),
                            headers));
        } catch (BadRequestException refused) {
            return new WriteRequest.Parsed.Refused(refused.problem());
        }
    }

    private static WriteRequest request(
            Method method, String path, String query, RequestHeaders headers)
            throws BadRequestException {
        String[] segments = path.split("/", -1);
        String table = ReadRequestParser.table(segments);
        List<String> key = segments.length == 2 ? ReadRequestParser.key(segments[1]) : List.of();
        if (method == Method.INSERT && !key.isEmpty()) {
            throw BadRequestException.of(
                    "POST makes rows of a table, and this path is one row's",
                    "POST to /rest/v1/{table}, or PUT the row here");
        }
        Query parsed = Query.parse(method, query, !key.isEmpty());
        if (method.hasBody()) {
            requireJson(headers);
        }
        requireNoCondition(headers);
        WritePreferences preferences = WritePreferences.parse(method, headers.all("Prefer"));
        List<String> ifMatch = ReadRequestParser.entityTags(headers.all("If-Match"));
        if (method == Method.INSERT && !ifMatch.isEmpty()) {
            throw BadRequestException.of(
                    "If-Match names a row that exists, and POST makes new ones",
                    "use PATCH, PUT or DELETE on one row");
        }
        CanonicalWrite canonical =
                new CanonicalWrite(
                        method,
                        headers.first("Content-Profile").filter(name -> !name.isBlank()),
                        table,
                        key,
                        new Condition.Junction(false, false, parsed.filters),
                        parsed.select,
                        parsed.columns,
                        parsed.onConflict,
                        preferences.resolution(),
                        preferences.returned(),
                        preferences.missingDefault(),
                        ReadRequestParser.prefersObject(headers),
                        preferences.counted());
        return new WriteRequest(
                canonical,
                ifMatch,
                idempotencyKey(headers),
                headers.all("Tidemark-Token"),
                ReadRequestParser.duration(headers, "Tidemark-Timeout"),
                preferences.applied());
    }

    private static void requireJson(RequestHeaders headers) throws BadRequestException {
        List<String> types = headers.all("Content-Type");
        List<String> codings = headers.all("Content-Encoding");
        for (String type : types) {
            String[] parts = type.split(";", -1);
            boolean json = parts[0].strip().toLowerCase(Locale.ROOT).equals(MediaTypes.JSON);
            for (int i = 1; i < parts.length && json; i++) {
                String parameter = parts[i].strip().toLowerCase(Locale.ROOT).replace("\"", "");
                json = !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
            }
            if (!json) {
                throw unsupported("Content-Type", type, "send " + MediaTypes.JSON + " in UTF-8");
            }
        }
        for (String coding : codings) {
            if (!coding.strip().toLowerCase(Locale.ROOT).equals("identity")) {
                throw unsupported("Content-Encoding", coding, "send the body as it is");
            }
        }
    }

    private static BadRequestException unsupported(String header, String value, String hint) {
        return new BadRequestException(
                Problem.of(
                                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                                "the body is not read with the " + header + " '" + value + "'")
                        .withHint(hint));
    }

    /** To ignore a condition would be to do what the client has ruled out. */
    private static void requireNoCondition(RequestHeaders headers) throws BadRequestException {
        if (headers.first("If-None-Match").isPresent()) {
            throw new BadRequestException(
                    Problem.of(ProblemType.UNSUPPORTED, "If-None-Match is not supported on writes")
                            .withHint(
                                    "POST makes only rows that do not exist, and If-Match guards"
                                            + " those that do"));
        }
    }

    private static Optional<String> idempotencyKey(RequestHeaders headers)
            throws BadRequestException {
        List<String> values = headers.all("Idempotency-Key");
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String key = values.getFirst().strip();
        if (values.size() > 1
                || key.isEmpty()
                || key.length() > IDEMPOTENCY_KEY_CHARS_MAX
                || !key.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw BadRequestException.of(
                    "the header Idempotency-Key is not one key of up to "
                            + IDEMPOTENCY_KEY_CHARS_MAX
                            + " visible ASCII characters",
                    "make one up for each write, such as a random UUID");
        }
        return Optional.of(key);
    }

    /** The parameters of the query. */
    private record Query(
            List<SelectItem> select,
            List<Condition> filters,
            Optional<List<String>> columns,
            List<String> onConflict) {

        static Query parse(Method method, String query, boolean byKey) throws BadRequestException {
            List<SelectItem> select = List.of();
            List<Condition> filters = new ArrayList<>();
            Optional<List<String>> columns = Optional.empty();
            List<String> onConflict = List.of();
            Set<String> seen = new HashSet<>();
            for (String parameter : ReadRequestParser.parameters(query)) {
                int equals = parameter.indexOf('=');
                String name =
                        Percent.decodeQuery(
                                equals < 0 ? parameter : parameter.substring(0, equals));
                String value =
                        equals < 0 ? "" : Percent.decodeQuery(parameter.substring(equals + 1));
                if (CONTROLS.contains(name) && !seen.add(name)) {
                    throw ReadRequestParser.twice(name);
                }
                if (PAGING.contains(name)) {
                    throw new BadRequestException(
                            Problem.of(
                                            ProblemType.UNSUPPORTED,
                                            "the parameter '"
                                                    + name
                                                    + "' has no meaning on a write")
                                    .withHint("say with filters which rows are meant"));
                }
                switch (name) {
                    case "select" -> select = SelectParser.select(value);
                    // Of no meaning where there is nothing to insert; PostgREST takes them too.
                    case "columns" -> {
                        List<String> names = names(name, value);
                        columns =
                                names.isEmpty() || !method.hasBody()
                                        ? Optional.empty()
                                        : Optional.of(names);
                    }
                    case "on_conflict" -> {
                        List<String> names = names(name, value);
                        onConflict = method == Method.INSERT ? names : List.of();
                    }
                    default -> filters.add(filter(method, name, value, byKey));
                }
            }
            return new Query(select, filters, columns, onConflict);
        }

        private static Condition filter(Method method, String name, String value, boolean byKey)
                throws BadRequestException {
            if (byKey) {
                throw BadRequestException.of(
                        "the parameter '" + name + "' has no meaning beside a key in the path",
                        "filters belong to /rest/v1/{table}?…");
            }
            if (method == Method.INSERT) {
                throw BadRequestException.of(
                        "the parameter '" + name + "' has no meaning on an insert",
                        "PATCH changes rows that a filter chooses");
            }
            return ReadRequestParser.JUNCTIONS.contains(name)
                    ? FilterParser.junction(name, value)
                    : FilterParser.comparison(name, value);
        }

        private static List<String> names(String parameter, String text)
                throws BadRequestException {
            List<String> names = new ArrayList<>();
            TextCursor cursor = new TextCursor(parameter, text);
            if (cursor.atEnd()) {
                return names;
            }
            do {
                String name = cursor.quotedOrUntil(",");
                if (name.isEmpty()) {
                    throw cursor.failure("a column was expected");
                }
                // A set: what is named twice is meant once.
                if (!names.contains(name)) {
                    names.add(name);
                }
            } while (cursor.skip(","));
            if (!cursor.atEnd()) {
                throw cursor.failure("',' was expected");
            }
            return names;
        }
    }
}
