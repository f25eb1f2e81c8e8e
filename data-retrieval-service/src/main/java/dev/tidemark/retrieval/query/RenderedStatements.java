package dev.tidemark.retrieval.query;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.Condition.Comparison;
import dev.tidemark.common.request.Condition.Junction;
import dev.tidemark.common.request.Operator;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The statements of simple requests, rendered once for all that differ in their values only:
 * rendering costs more than everything else that this service does for a row.
 *
 * <p>A request's shape is the request with a mark in place of each value. A mark begins with NUL,
 * which no value can have, so in the parameters of the shape's statement it is known again and
 * replaced. Simple is what has the same statement whatever its values are.
 */
public final class RenderedStatements {

    /** Shapes are a client's choice: what is beyond is rendered each time. */
    private static final int SHAPES_MAX = 1_000;

    private static final char MARK = '\0';

    private final ServerRole server;
    private volatile Optional<Generation> newest = Optional.empty();

    /**
     * @param server who is asked with them
     */
    public RenderedStatements(ServerRole server) {
        this.server = server;
    }

    /** What was rendered for one catalogue. */
    private record Generation(
            Catalogue catalogue,
            Map<CanonicalRequest, TableQuery> byShape,
            Map<CanonicalRequest, Optional<RowsQuery>> rowsByShape) {

        Generation(Catalogue catalogue) {
            this(catalogue, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }

        @SuppressWarnings("ReferenceEquality") // another reading, even of the same
        boolean isOf(Catalogue other) {
            return catalogue == other;
        }
    }

    /** As {@link ReadSql#of}. */
    public TableQuery of(
            Catalogue catalogue, Table table, CanonicalRequest request, LimitsProperties limits) {
        List<String> values = new ArrayList<>();
        Optional<CanonicalRequest> shape = shape(request, values);
        if (shape.isEmpty()) {
            return ReadSql.of(catalogue, table, request, limits, server);
        }
        TableQuery rendered =
                rendered(
                        generation(catalogue).byShape(),
                        shape.get(),
                        () -> ReadSql.of(catalogue, table, shape.get(), limits, server));
        return filled(rendered, values);
    }

    /** As {@link ReadSql#ofRows}; of two requests of one shape it is the same. */
    public Optional<RowsQuery> ofRows(
            Catalogue catalogue, Table table, CanonicalRequest request, LimitsProperties limits) {
        return shape(request, new ArrayList<>())
                .flatMap(shape ->
                        rendered(
                                generation(catalogue).rowsByShape(),
                                shape,
                                () -> ReadSql.ofRows(catalogue, table, shape, limits, server)));
    }

    private static <T> T rendered(
            Map<CanonicalRequest, T> known, CanonicalRequest shape, Supplier<T> rendering) {
        T rendered = known.get(shape);
        if (rendered == null) {
            rendered = rendering.get();
            if (known.size() < SHAPES_MAX) {
                known.put(shape, rendered);
            }
        }
        return rendered;
    }

    private Generation generation(Catalogue catalogue) {
        Optional<Generation> known = newest.filter(generation -> generation.isOf(catalogue));
        if (known.isPresent()) {
            return known.get();
        }
        Generation generation = new Generation(catalogue);
        newest = Optional.of(generation);
        return generation;
    }

    /**
     * The request's shape; empty if it is not simple.
     *
     * @param values gets the values, in the order of their marks
     */
    private static Optional<CanonicalRequest> shape(CanonicalRequest request, List<String> values) {
        List<Condition> conditions = new ArrayList<>();
        for (Condition condition : request.where().conditions()) {
            if (!(condition instanceof Comparison comparison) || !isSimple(comparison.operator())) {
                return Optional.empty();
            }
            conditions.add(
                    new Comparison(
                            comparison.column(),
                            comparison.negated(),
                            comparison.operator(),
                            comparison.configuration(),
                            List.of(mark(comparison.value(), values))));
        }
        return Optional.of(
                new CanonicalRequest(
                        request.profile(),
                        request.table(),
                        request.key().stream().map(part -> mark(part, values)).toList(),
                        request.select(),
                        new Junction(request.where().negated(), request.where().any(), conditions),
                        request.order(),
                        request.limit(),
                        request.offset(),
                        request.object(),
                        request.counted()));
    }

    private static boolean isSimple(Operator operator) {
        return switch (operator) {
            case EQ, NEQ, GT, GTE, LT, LTE -> true;
            default -> false;
        };
    }

    private static String mark(String value, List<String> values) {
        values.add(value);
        return MARK + Integer.toString(values.size() - 1);
    }

    private static TableQuery filled(TableQuery rendered, List<String> values) {
        List<Object> parameters = new ArrayList<>();
        for (Object parameter : rendered.parameters()) {
            parameters.add(parameter instanceof String text ? filled(text, values) : parameter);
        }
        List<Given> given = new ArrayList<>();
        for (Given value : rendered.given()) {
            given.add(new Given(value.column(), value.type(), filled(value.text(), values)));
        }
        return rendered.with(parameters, given);
    }

    private static String filled(String text, List<String> values) {
        int at = text.indexOf(MARK);
        if (at < 0) {
            return text;
        }
        if (at == 0) {
            return values.get(Integer.parseInt(text.substring(1)));
        }
        // An array of one value: {"mark"}.
        int end = text.indexOf('"', at);
        return Sql.arrayLiteral(
                List.of(values.get(Integer.parseInt(text.substring(at + 1, end)))), ',');
    }
}
