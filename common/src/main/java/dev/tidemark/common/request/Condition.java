package dev.tidemark.common.request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a row must fulfil: a comparison, or several joined by AND or OR. */
public sealed interface Condition {

    boolean negated();

    /**
     * One column compared with a value.
     *
     * @param column its name, as PostgreSQL knows it; not checked against any catalogue
     * @param negated whether {@code not.} stands before the operator
     * @param configuration a text search configuration; empty save for the {@code fts} family
     * @param values exactly one, save for {@link Operator#IN}, which has any number, sorted. For
     *     {@link Operator#IS} one of {@code null}, {@code not_null}, {@code true}, {@code false},
     *     {@code unknown}. For {@link Operator#LIKE} and {@link Operator#ILIKE} as in the request,
     *     with {@code *} for {@code %}.
     */
    record Comparison(
            String column,
            boolean negated,
            Operator operator,
            Optional<String> configuration,
            List<String> values)
            implements Condition {

        public Comparison {
            if (operator == Operator.IN) {
                // Membership does not depend on order: one canonical form.
                values = values.stream().sorted().toList();
            } else if (values.size() != 1) {
                throw new IllegalArgumentException(operator + " takes one value: " + values);
            }
            values = List.copyOf(values);
        }

        /** The value of an operator that takes one. */
        public String value() {
            return values.getFirst();
        }
    }

    /**
     * Several conditions joined.
     *
     * @param any whether one of them suffices (OR) rather than all (AND)
     * @param conditions in canonical order, repeats kept; what says the same without a junction of
     *     its own stands in this one
     */
    record Junction(boolean negated, boolean any, List<Condition> conditions) implements Condition {

        /** No condition at all: every row. */
        public static final Junction NONE = new Junction(false, false, List.of());

        public Junction {
            List<Condition> sorted = new ArrayList<>();
            for (Condition condition : conditions) {
                addFlat(condition, any, sorted);
            }
            sorted.sort(Comparator.comparing(CanonicalText::inTree));
            conditions = List.copyOf(sorted);
        }

        private static void addFlat(Condition condition, boolean any, List<Condition> target) {
            if (condition instanceof Junction inner
                    && !inner.negated
                    && (inner.any == any || inner.conditions.size() == 1)) {
                inner.conditions.forEach(member -> addFlat(member, any, target));
            } else {
                target.add(condition);
            }
        }
    }
}
