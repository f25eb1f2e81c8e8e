package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code Prefer} asks for (RFC 7240). A preference that is not known is ignored, unless {@code
 * handling=strict} says not to.
 *
 * @param counted {@code count=exact}
 * @param applied the value of {@code Preference-Applied}; empty for none
 */
record Preferences(boolean counted, String applied) {

    static Preferences parse(List<String> prefer) throws BadRequestException {
        boolean counted = false;
        boolean strict = false;
        List<String> applied = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String part : String.join(",", prefer).split(",", -1)) {
            String preference = part.strip();
            switch (preference) {
                case "" -> {}
                case "count=exact" -> {
                    if (!counted) {
                        applied.add(preference);
                    }
                    counted = true;
                }
                case "handling=strict" -> {
                    strict = true;
                    applied.add(preference);
                }
                case "handling=lenient" -> {}
                default -> unknown.add(preference);
            }
        }
        if (strict && !unknown.isEmpty()) {
            throw new BadRequestException(
                    Problem.of(
                                    ProblemType.BAD_REQUEST,
                                    "Prefer has preferences that are not known: "
                                            + String.join(", ", unknown))
                            .withCode("PGRST122")
                            .withHint("leave them out, or leave out handling=strict"));
        }
        return new Preferences(counted, String.join(", ", applied));
    }
}
