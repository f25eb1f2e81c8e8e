package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.dba.Diagnosis.Served;
import dev.tidemark.retrieval.dba.Diagnosis.State;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** A diagnosis for people, or for programs. */
final class DiagnosisText {

    private static final String INDENT = "                        ";

    private DiagnosisText() {}

    static String json(Diagnosis diagnosis) {
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                        .build()
                        .writeValueAsString(diagnosis)
                + "\n";
    }

    static String plain(Diagnosis diagnosis) {
        StringBuilder text = new StringBuilder();
        text.append(diagnosis.database());
        text.append(
                diagnosis.database().startsWith(diagnosis.role() + "@")
                        ? "\n\n"
                        : ", changes captured as " + diagnosis.role() + "\n\n");
        for (Finding finding : diagnosis.findings()) {
            text.append(
                    "  %-6s %-14s %s\n"
                            .formatted(word(finding.level()), finding.subject(), finding.is()));
            if (!finding.means().isEmpty()) {
                text.append(INDENT).append("  ").append(finding.means()).append('\n');
            }
            if (!finding.todo().isEmpty()) {
                text.append(INDENT).append("> ").append(finding.todo()).append('\n');
            }
        }
        int width =
                diagnosis.tables().stream()
                        .mapToInt(table -> table.name().length())
                        .max()
                        .orElse(1);
        text.append('\n');
        for (Served table : diagnosis.tables()) {
            text.append(
                    ("  %-10s %-" + width + "s  %s")
                            .formatted(word(table.state()), table.name(), table.reason())
                            .stripTrailing());
            text.append('\n');
        }
        return text.append(verdict(diagnosis)).toString();
    }

    private static String verdict(Diagnosis diagnosis) {
        long timeOnly = diagnosis.timeOnly();
        long followable = diagnosis.tables().size() - timeOnly;
        String tables =
                diagnosis.tables().isEmpty()
                        ? "The role may read no table or view of these schemas"
                        : followable
                                + " of "
                                + diagnosis.tables().size()
                                + " tables and views can be followed"
                                + (timeOnly == 0
                                        ? ""
                                        : ", "
                                                + timeOnly
                                                + (timeOnly == 1 ? " is" : " are")
                                                + " served by time only");
        return diagnosis.isSound()
                ? "\nChanges can be captured. " + tables + ".\n"
                : "\nChanges cannot be captured until what is WRONG is put right; all would be"
                        + " served by time only. "
                        + tables
                        + " then.\n";
    }

    private static String word(Finding.Level level) {
        return level == Finding.Level.WRONG ? "WRONG" : level.name().toLowerCase(Locale.ROOT);
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
