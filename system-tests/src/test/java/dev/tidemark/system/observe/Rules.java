package dev.tidemark.system.observe;

import dev.tidemark.system.RunningSuite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prometheus' rules as they lie in {@code deploy/prometheus/rules}. */
final class Rules {

    static final Path FOLDER = RunningSuite.HOME.resolve("deploy/prometheus").toAbsolutePath();
    static final List<Path> FILES =
            List.of(FOLDER.resolve("rules/recording.yml"), FOLDER.resolve("rules/alerts.yml"));

    private Rules() {}

    /** The groups of both files, in their order. */
    static List<Map<String, Object>> groups() {
        return FILES.stream().flatMap(file -> Yaml.maps(Yaml.of(file), "groups").stream()).toList();
    }

    static List<Map<String, Object>> rules() {
        return groups().stream().flatMap(group -> Yaml.maps(group, "rules").stream()).toList();
    }

    static List<Map<String, Object>> alerts() {
        return rules().stream().filter(rule -> rule.containsKey("alert")).toList();
    }

    static List<String> alertNames() {
        return alerts().stream().map(rule -> Yaml.text(rule, "alert")).toList();
    }

    /** What recording rules make, and what of alerts must be there for them ever to fire. */
    static List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        for (Map<String, Object> rule : rules()) {
            if (rule.containsKey("record")) {
                String record = Yaml.text(rule, "record");
                expressions.add(new Expression("rule " + record, record));
            } else {
                String where = "alert " + Yaml.text(rule, "alert");
                for (String selector : new Expression(where, Yaml.text(rule, "expr")).selectors()) {
                    expressions.add(new Expression(where, selector));
                }
            }
        }
        return expressions;
    }
}
