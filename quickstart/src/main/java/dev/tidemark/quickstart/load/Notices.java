package dev.tidemark.quickstart.load;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Tells each thing once, however often a dump repeats its cause. */
final class Notices {
    private final Consumer<String> target;
    private final Set<String> told = new HashSet<>();

    Notices(Consumer<String> target) {
        this.target = target;
    }

    void tell(String notice) {
        if (told.add(notice)) {
            target.accept(notice);
        }
    }
}
