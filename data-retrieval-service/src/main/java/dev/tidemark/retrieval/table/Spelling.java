package dev.tidemark.retrieval.table;

import java.util.Locale;

/** Guesses which name was meant. */
final class Spelling {

    /** Longer names are not compared: the work is the product of both lengths. */
    private static final int CHARS_MAX = 64;

    private Spelling() {}

    /** Whether two names differ in so little that one may be a slip of the other. */
    static boolean isAlike(String name, String slip) {
        if (slip.length() > CHARS_MAX || name.length() > CHARS_MAX) {
            return false;
        }
        return distance(name.toLowerCase(Locale.ROOT), slip.toLowerCase(Locale.ROOT))
                <= (slip.length() + 2) / 3;
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
