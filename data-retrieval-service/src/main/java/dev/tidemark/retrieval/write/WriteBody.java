package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.CanonicalWrite.Method;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.query.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * What Java has to know of a body: that it is JSON, and which members its objects have. The values
 * are PostgreSQL's to read.
 *
 * @param json one array of objects
 * @param members of each object, in their order
 */
record WriteBody(String json, List<Set<String>> members) {

    /** Each is a statement of its own within the statement. */
    private static final int GROUPS_MAX = 16;

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads a body.
     *
     * @throws ProblemException 400 if it is not one object or an array of objects
     */
    static WriteBody parse(byte[] bytes) {
        String text = text(bytes);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw malformed("the body is empty", "send an object, or an array of objects");
            }
            List<Set<String>> members = new ArrayList<>();
            if (first == JsonToken.START_OBJECT) {
                members.add(object(parser));
            } else if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() != JsonToken.START_OBJECT) {
                        throw noRow(
                                "element %d of the array is not an object"
                                        .formatted(members.size() + 1));
                    }
                    members.add(object(parser));
                }
            } else {
                throw noRow("the body is neither an object nor an array");
            }
            if (parser.nextToken() != null) {
                throw malformed(
                        "the body goes on after its end, " + place(parser.currentTokenLocation()),
                        "send one object or one array");
            }
            return new WriteBody(
                    first == JsonToken.START_OBJECT ? '[' + text + ']' : text, members);
        } catch (JacksonException e) {
            throw malformed(
                    "the body is not JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse("")
                            // What breaks a bound of the reader's has no place.
                            + Optional.ofNullable(e.getLocation())
                                    .map(location -> ", " + place(location))
                                    .orElse(""),
                    "send application/json");
        }
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("the body is not UTF-8", "send JSON in UTF-8");
        }
    }

    private static Set<String> object(JsonParser parser) {
        Set<String> names = new LinkedHashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            names.add(parser.currentName());
            parser.nextToken();
            parser.skipChildren();
        }
        return names;
    }

    private static String place(TokenStreamLocation location) {
        return "at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static ProblemException noRow(String message) {
        return malformed(message, "a row is an object: {\"column\": value, …}");
    }

    private static ProblemException malformed(String message, String hint) {
        return new ProblemException(
                Problem.of(ProblemType.BAD_REQUEST, message).withCode("PGRST102").withHint(hint));
    }

    /**
     * The rows as this write means them.
     *
     * @throws ProblemException 400 if they are not alike and nothing says what that means
     */
    Payload payload(CanonicalWrite write) {
        if (write.method() != Method.INSERT && members.size() != 1) {
            throw noRow(
                    "%s takes one object, and the body has %d"
                            .formatted(write.method().http(), members.size()));
        }
        if (write.columns().isEmpty()) {
            return uniform();
        }
        List<String> columns = write.columns().get();
        if (!write.missingDefault()) {
            return members.isEmpty() ? new Payload(json, List.of()) : one(columns);
        }
        Map<List<String>, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            List<String> names = columns.stream().filter(members.get(i)::contains).toList();
            groups.computeIfAbsent(names, _ -> new ArrayList<>()).add(i + 1);
        }
        if (groups.size() > GROUPS_MAX) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST,
                    "the rows lack %d different sets of columns; with missing=default at most %d"
                            .formatted(groups.size(), GROUPS_MAX),
                    "insert rows that name the same columns together");
        }
        List<Payload.Group> all = new ArrayList<>();
        groups.forEach((names, positions) -> all.add(new Payload.Group(names, positions)));
        return new Payload(json, all);
    }

    private Payload uniform() {
        if (members.isEmpty()) {
            return new Payload(json, List.of());
        }
        Set<String> names = members.getFirst();
        for (int i = 1; i < members.size(); i++) {
            if (!members.get(i).equals(names)) {
                throw malformed(
                        "All object keys must match: those of element %d differ from the first's"
                                .formatted(i + 1),
                        "name the columns with columns=a,b; what a row lacks is null then, or its"
                                + " default with Prefer: missing=default");
            }
        }
        return one(List.copyOf(names));
    }

    private Payload one(List<String> names) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 1; i <= members.size(); i++) {
            positions.add(i);
        }
        return new Payload(json, List.of(new Payload.Group(names, positions)));
    }
}
