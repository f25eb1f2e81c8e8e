package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a raw target and its headers into a {@link ReadRequest}. */
final class ReadRequestParser {

    /** Long enough for {@code in.(…)} with a thousand keys; every proxy on the way allows it. */
    static final int TARGET_CHARS_MAX = 16 * 1024;

    private static final int PARAMETERS_MAX = 200;
    static final Set<String> JUNCTIONS = Set.of("and", "or", "not.and", "not.or");
    private static final Set<String> CONTROLS = Set.of("select", "order", "limit", "offset");
    private static final Set<String> WRITE_CONTROLS = Set.of("columns", "on_conflict");
    private static final Pattern CAST =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*( [A-Za-z]+)*(\\[\\])?");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{0,18})");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s)");

    private ReadRequestParser() {}

    /** Whether a parameter of this name is not a filter. */
    static boolean isReserved(String name) {
        return JUNCTIONS.contains(name) || CONTROLS.contains(name) || WRITE_CONTROLS.contains(name);
    }

    /** Canonical text encodes what a client may send bare: at most three characters for one. */
    static final int CANONICAL_CHARS_MAX = 3 * TARGET_CHARS_MAX;

    static ReadRequest.Parsed parse(
            String method, String target, RequestHeaders headers, int charsMax) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        if (!path.startsWith(CanonicalRequest.ROOT)) {
            return new ReadRequest.Parsed.NotOurs();
        }
        try {
            if (target.length() > charsMax) {
                throw tooLong(target, charsMax);
            }
            if (!method.equals("GET") && !method.equals("HEAD")) {
                throw notAllowed(method);
            }
            String query = question < 0 ? "" : target.substring(question + 1);
            return new ReadRequest.Parsed.Read(
                    request(
                            method,
                            path.substring(CanonicalRequest.ROOT.length()),
                            query,
                            headers));
        } catch (BadRequestException refused) {
            return new ReadRequest.Parsed.Refused(refused.problem());
        }
    }

    static BadRequestException tooLong(String target, int charsMax) {
        return new BadRequestException(
                Problem.of(
                        ProblemType.TARGET_TOO_LONG,
                        "the request target has "
                                + target.length()
                                + " characters; at most "
                                + charsMax
                                + " are read"));
    }

    static BadRequestException notAllowed(String method) {
        return new BadRequestException(
                Problem.of(
                                ProblemType.METHOD_NOT_ALLOWED,
                                "the method " + method + " is not allowed here")
                        .withHint("use GET, HEAD, POST, PATCH, PUT or DELETE"));
    }

    /**
     * The table that a path names.
     *
     * @param segments of the path, still percent-encoded
     */
    static String table(String[] segments) throws BadRequestException {
        String table = Percent.decodePath(segments[0]);
        if (table.isEmpty() || segments.length > 2) {
            throw new BadRequestException(
                    Problem.of(ProblemType.NOT_FOUND, "nothing is served at this path")
                            .withHint("write /rest/v1/{table} or /rest/v1/{table}/{key}"));
        }
        return table;
    }

    static BadRequestException twice(String name) {
        return BadRequestException.of(
                "the parameter '" + name + "' is given twice", "give it once");
    }

    /** The parameters of a query, still percent-encoded; none of them empty. */
    static List<String> parameters(String query) throws BadRequestException {
        String[] parameters = query.isEmpty() ? new String[0] : query.split("&", -1);
        if (parameters.length > PARAMETERS_MAX) {
            throw BadRequestException.of(
                    "the query has "
                            + parameters.length
                            + " parameters; at most "
                            + PARAMETERS_MAX
                            + " are read");
        }
        return Arrays.stream(parameters).filter(parameter -> !parameter.isEmpty()).toList();
    }

    private static ReadRequest request(
            String method, String path, String query, RequestHeaders headers)
            throws BadRequestException {
        String[] segments = path.split("/", -1);
        String table = table(segments);
        List<String> key = segments.length == 2 ? key(segments[1]) : List.of();
        Query parsed = Query.parse(query, !key.isEmpty());
        boolean object = prefersObject(headers);
        Preferences preferences = Preferences.parse(headers.all("Prefer"));
        Optional<Page> range = key.isEmpty() ? range(method, headers) : Optional.empty();
        Page page = range.map(parsed.page::intersect).orElse(parsed.page);
        CanonicalRequest canonical =
                new CanonicalRequest(
                        headers.first("Accept-Profile").filter(name -> !name.isBlank()),
                        table,
                        key,
                        parsed.select,
                        new Condition.Junction(false, false, parsed.filters),
                        parsed.order,
                        page.limit(),
                        page.offset(),
                        object,
                        preferences.counted());
        return new ReadRequest(
                canonical,
                method.equals("HEAD"),
                range.isPresent(),
                CacheDirectives.parse(headers.all("Cache-Control"), headers.all("Pragma")),
                entityTags(headers.all("If-None-Match")),
                duration(headers, "Tidemark-Max-Staleness"),
                headers.all("Tidemark-Token"),
                duration(headers, "Tidemark-Timeout"),
                ContentCodings.prefersGzip(headers.all("Accept-Encoding")),
                key.isEmpty() ? preferences.applied() : "");
    }

    static List<String> key(String segment) throws BadRequestException {
        List<String> key = new ArrayList<>();
        // Split first: a comma that belongs to a value is percent-encoded.
        for (String part : segment.split(",", -1)) {
            String decoded = Percent.decodePath(part);
            if (decoded.isEmpty()) {
                throw BadRequestException.of(
                        "the key in the path has an empty part",
                        "write /rest/v1/{table}/{key}, a composite key's parts separated by commas");
            }
            key.add(decoded);
        }
        return key;
    }

    static boolean prefersObject(RequestHeaders headers) throws BadRequestException {
        return MediaTypes.prefersObject(headers.all("Accept"))
                .orElseThrow(() ->
                        new BadRequestException(
                                Problem.of(
                                                ProblemType.NOT_ACCEPTABLE,
                                                "none of the media types in Accept can be"
                                                        + " produced")
                                        .withHint(
                                                "accept "
                                                        + MediaTypes.JSON
                                                        + " or "
                                                        + MediaTypes.OBJECT)));
    }

    /** Only ranges of items count; a unit that is not known is ignored (RFC 9110, section 14.2). */
    private static Optional<Page> range(String method, RequestHeaders headers)
            throws BadRequestException {
        Optional<String> range = headers.first("Range");
        String unit = headers.first("Range-Unit").orElse("items");
        if (range.isEmpty() || !method.equals("GET") || !unit.equals("items")) {
            return Optional.empty();
        }
        String text = range.get().strip();
        Matcher matcher = RANGE.matcher(text.startsWith("items=") ? text.substring(6) : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        if (matcher.group(2).isEmpty()) {
            return Optional.of(new Page(OptionalLong.empty(), first));
        }
        long last = Long.parseLong(matcher.group(2));
        if (last < first) {
            throw new BadRequestException(
                    Problem.of(
                            ProblemType.RANGE_NOT_SATISFIABLE,
                            "the range " + text + " ends before it begins"));
        }
        return Optional.of(new Page(OptionalLong.of(last - first + 1), first));
    }

    static List<String> entityTags(List<String> values) {
        List<String> tags = new ArrayList<>();
        for (String value : values) {
            // A comma may stand inside of an entity tag (RFC 9110, section 8.8.3): split outside.
            int start = 0;
            boolean quoted = false;
            for (int i = 0; i <= value.length(); i++) {
                if (i == value.length() || (value.charAt(i) == ',' && !quoted)) {
                    String tag = value.substring(start, i).strip();
                    if (!tag.isEmpty()) {
                        tags.add(tag);
                    }
                    start = i + 1;
                } else if (value.charAt(i) == '"') {
                    quoted = !quoted;
                }
            }
        }
        return tags;
    }

    static Optional<java.time.Duration> duration(RequestHeaders headers, String name)
            throws BadRequestException {
        Optional<String> value = headers.first(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = DURATION.matcher(value.get().strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw BadRequestException.of(
                    "the header " + name + " is not a duration: '" + value.get() + "'",
                    "write milliseconds or seconds, as in 500ms or 2s");
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                matcher.group(2).equals("s")
                        ? java.time.Duration.ofSeconds(amount)
                        : java.time.Duration.ofMillis(amount));
    }

    /** Rows {@code offset}, {@code offset + 1}, … up to {@code limit} of them. */
    private record Page(OptionalLong limit, long offset) {

        Page intersect(Page other) {
            long first = Math.max(offset, other.offset);
            long last = Math.min(last(), other.last());
            OptionalLong rows =
                    last == Long.MAX_VALUE
                            ? OptionalLong.empty()
                            : OptionalLong.of(Math.max(0, last - first + 1));
            return new Page(rows, first);
        }

        private long last() {
            return limit.isPresent() ? offset + limit.getAsLong() - 1 : Long.MAX_VALUE;
        }
    }

    /** The parameters of the query. */
    private record Query(
            List<SelectItem> select, List<Condition> filters, List<OrderTerm> order, Page page) {

        static Query parse(String query, boolean byKey) throws BadRequestException {
            List<SelectItem> select = List.of();
            List<Condition> filters = new ArrayList<>();
            List<OrderTerm> order = List.of();
            OptionalLong limit = OptionalLong.empty();
            long offset = 0;
            Set<String> seen = new HashSet<>();
            for (String parameter : parameters(query)) {
                int equals = parameter.indexOf('=');
                String name =
                        Percent.decodeQuery(
                                equals < 0 ? parameter : parameter.substring(0, equals));
                String value =
                        equals < 0 ? "" : Percent.decodeQuery(parameter.substring(equals + 1));
                if (CONTROLS.contains(name) && !seen.add(name)) {
                    throw twice(name);
                }
                if (byKey && !name.equals("select")) {
                    throw BadRequestException.of(
                            "the parameter '" + name + "' has no meaning beside a key in the path",
                            "only select does; filters belong to /rest/v1/{table}?…");
                }
                switch (name) {
                    case "select" -> select = SelectParser.select(value);
                    case "order" -> order = SelectParser.order(value);
                    case "limit" -> limit = OptionalLong.of(number(name, value));
                    case "offset" -> offset = number(name, value);
                    default -> {
                        if (WRITE_CONTROLS.contains(name)) {
                            continue; // says something about writes only, as in PostgREST
                        }
                        filters.add(
                                JUNCTIONS.contains(name)
                                        ? FilterParser.junction(name, value)
                                        : FilterParser.comparison(name, value));
                    }
                }
            }
            return new Query(select, filters, order, new Page(limit, offset));
        }

        private static long number(String name, String text) throws BadRequestException {
            if (text.isEmpty()
                    || text.length() > 15
                    || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw BadRequestException.of(
                        "the parameter '" + name + "' is not a number of rows: '" + text + "'",
                        "write digits only, as in " + name + "=20");
            }
            return Long.parseLong(text);
        }
    }

    static boolean isCast(String text) {
        return CAST.matcher(text).matches();
    }
}
