package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalWrite.Method;
import dev.tidemark.common.request.CanonicalWrite.Resolution;
import dev.tidemark.common.request.CanonicalWrite.Returned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code Prefer} asks of a write (RFC 7240). Of two values for one preference the first
 * counts; one that is not known, or that says nothing of this method, is ignored, unless {@code
 * handling=strict} says not to.
 *
 * @param applied the value of {@code Preference-Applied}; empty for none
 */
record WritePreferences(
        Returned returned,
        Optional<Resolution> resolution,
        boolean missingDefault,
        boolean counted,
        String applied) {

    static WritePreferences parse(Method method, List<String> prefer) throws BadRequestException {
        List<String> known = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String part : String.join(",", prefer).split(",", -1)) {
            String preference = part.strip();
            if (isKnown(method, preference)) {
                String name = preference.substring(0, preference.indexOf('=') + 1);
                if (known.stream().noneMatch(other -> other.startsWith(name))) {
                    known.add(preference);
                }
            } else if (!preference.isEmpty()) {
                unknown.add(preference);
            }
        }
        if (known.contains("handling=strict") && !unknown.isEmpty()) {
            throw new BadRequestException(
                    Problem.of(
                                    ProblemType.BAD_REQUEST,
                                    "Prefer has preferences that are not known here: "
                                            + String.join(", ", unknown))
                            .withCode("PGRST122")
                            .withHint("leave them out, or leave out handling=strict"));
        }
        Optional<Resolution> resolution = Optional.empty();
        for (Resolution candidate : Resolution.values()) {
            if (known.contains(candidate.preference())) {
                resolution = Optional.of(candidate);
            }
        }
        Returned returned = Returned.MINIMAL;
        for (Returned candidate : Returned.values()) {
            if (known.contains(candidate.preference())) {
                returned = candidate;
            }
        }
        return new WritePreferences(
                returned,
                resolution,
                known.contains("missing=default"),
                known.contains("count=exact"),
                String.join(
                        ", ",
                        known.stream().filter(name -> !name.equals("handling=lenient")).toList()));
    }

    private static boolean isKnown(Method method, String preference) {
        return switch (preference) {
            case "return=minimal",
                    "return=headers-only",
                    "return=representation",
                    "count=exact",
                    "handling=strict",
                    "handling=lenient" ->
                    true;
            case "resolution=merge-duplicates", "resolution=ignore-duplicates" ->
                    method == Method.INSERT;
            case "missing=default", "missing=null" -> method.hasBody();
            default -> false;
        };
    }
}
