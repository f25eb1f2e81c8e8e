package dev.tidemark.common.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which look-ups of a batch were for keys that are hot at the shared cache: a header field of the
 * response, so that a service of the version before, which does not know it, is not disturbed.
 *
 * @param indices places in the batch, from 0
 */
public record HotMarks(List<Integer> indices) {

    public static final String NAME = AnswerHeaders.INTERNAL_PREFIX + "Hot";

    private static final Pattern PLACE = Pattern.compile("\\d{1,5}");

    public HotMarks {
        indices = List.copyOf(indices);
    }

    /** The field's value. */
    public String value() {
        return indices.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /**
     * Reads the field's value back; what is no place in the batch is left out.
     *
     * @param size of the batch
     */
    public static HotMarks parse(String value, int size) {
        List<Integer> indices = new ArrayList<>();
        for (String part : value.split(" ", -1)) {
            if (PLACE.matcher(part).matches() && Integer.parseInt(part) < size) {
                indices.add(Integer.parseInt(part));
            }
        }
        return new HotMarks(indices);
    }
}
