package dev.tidemark.system.observe;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A PromQL expression and where it stands.
 *
 * @param where such as {@code cache.json: Hits by layer, A}
 * @param text as Prometheus gets it, without Grafana's variables
 */
record Expression(String where, String text) {

    private static final Pattern STRING = Pattern.compile("\"(\\\\.|[^\"\\\\])*\"");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");

    /** A name with matchers or without, and no function's. */
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*+(\\{[^}]*})?(?!\\s*\\()(?![\\w:])");

    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

    /** The series that it is made of, as selectors of their own. */
    List<String> selectors() {
        // Braces in a string would end a selector too early.
        List<String> strings = STRING.matcher(text).results().map(MatchResult::group).toList();
        String numbered = text;
        for (int i = 0; i < strings.size(); i++) {
            numbered = numbered.replace(strings.get(i), "\"" + i + "\"");
        }
        String bare = RANGE.matcher(LABELS.matcher(numbered).replaceAll(" ")).replaceAll(" ");
        return SELECTOR.matcher(bare)
                .results()
                .map(MatchResult::group)
                .filter(selector -> !WORDS.contains(selector))
                .map(selector -> {
                    String restored = selector;
                    for (int i = 0; i < strings.size(); i++) {
                        restored = restored.replace("\"" + i + "\"", strings.get(i));
                    }
                    return restored;
                })
                .distinct()
                .toList();
    }

    /** The names of its metrics. */
    List<String> metrics() {
        return selectors().stream()
                .map(selector -> selector.replaceFirst("\\{.*", ""))
                .distinct()
                .toList();
    }
}
