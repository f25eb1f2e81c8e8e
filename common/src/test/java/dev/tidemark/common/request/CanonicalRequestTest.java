package dev.tidemark.common.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Gateway and origin parse with the same grammar: what one writes the other must read alike. */
class CanonicalRequestTest {

    private static final List<Operator> OPERATORS = List.of(Operator.values());

    private static final String[] ODD = {
        "a", "film_id", "select", "or", "not.and", "a b", "a.b", "a,b", "(x)", "\"", "\\", "{1,2}",
        "ı", "日本", "😀", "%", "+", "&", "=", "#", "/", ":", "::", "*", "null", "in.(1)", " ", "'"
    };

    @Test
    void anyRequest_survivesBeingWrittenAndRead() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            CanonicalRequest request = request(random);
            Map<String, String> headers =
                    Map.of(
                            "Accept",
                            request.accept(),
                            "Prefer",
                            request.counted() ? "count=exact" : "");

            CanonicalRequest read =
                    ReadRequestTest.read("GET", request.target(), headers).canonical();

            assertThat(read).as("-Dseed=%d, request %d", seed, i).isEqualTo(request);
        }
    }

    private static CanonicalRequest request(Random random) {
        boolean byKey = random.nextInt(4) == 0;
        return new CanonicalRequest(
                Optional.empty(),
                odd(random),
                byKey ? several(random, 1, 3, () -> odd(random)) : List.of(),
                several(random, 0, 3, () -> selectItem(random)),
                new Condition.Junction(
                        false,
                        false,
                        byKey ? List.of() : several(random, 0, 3, () -> condition(random, 0))),
                byKey
                        ? List.of()
                        : several(
                                random,
                                0,
                                2,
                                () ->
                                        new OrderTerm(
                                                odd(random),
                                                random.nextBoolean(),
                                                random.nextBoolean()
                                                        ? Optional.of(random.nextBoolean())
                                                        : Optional.empty())),
                !byKey && random.nextBoolean()
                        ? OptionalLong.of(random.nextInt(100))
                        : OptionalLong.empty(),
                byKey ? 0 : random.nextInt(3),
                random.nextBoolean(),
                random.nextBoolean());
    }

    static SelectItem selectItem(Random random) {
        return random.nextInt(5) == 0
                ? SelectItem.ALL
                : new SelectItem(
                        odd(random),
                        random.nextBoolean() ? Optional.of(odd(random)) : Optional.empty(),
                        random.nextBoolean() ? Optional.of("double precision") : Optional.empty());
    }

    static Condition condition(Random random, int depth) {
        if (depth < 3 && random.nextInt(3) == 0) {
            return new Condition.Junction(
                    random.nextBoolean(),
                    random.nextBoolean(),
                    several(random, 1, 3, () -> condition(random, depth + 1)));
        }
        Operator operator = OPERATORS.get(random.nextInt(OPERATORS.size()));
        return new Condition.Comparison(
                odd(random),
                random.nextBoolean(),
                operator,
                operator.isTextSearch() && random.nextBoolean()
                        ? Optional.of("english")
                        : Optional.empty(),
                switch (operator) {
                    case IN -> several(random, 0, 3, () -> odd(random));
                    case IS -> List.of("not_null");
                    default -> List.of(random.nextInt(9) == 0 ? "" : odd(random));
                });
    }

    static String odd(Random random) {
        StringBuilder text = new StringBuilder();
        do {
            text.append(ODD[random.nextInt(ODD.length)]);
        } while (random.nextInt(3) == 0);
        return text.toString();
    }

    static <T> List<T> several(Random random, int least, int most, Supplier<T> supplier) {
        List<T> items = new ArrayList<>();
        int number = random.nextInt(least, most + 1);
        for (int i = 0; i < number; i++) {
            items.add(supplier.get());
        }
        return items;
    }
}
