package dev.tidemark.benchmarks.collision;

import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.quickstart.launch.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many entries are invalid though nothing has changed that they depend on, as two tags can
 * share a slot of the clock: the real clock and the real hash of tags, in process.
 */
public final class CollisionFigure {

    /** Of the tag clock. */
    private static final List<Integer> SLOTS = List.of(1 << 16, 1 << 18, 1 << 20, 1 << 22);

    /** A second, ten, a minute and ten minutes of 1,000 changes/s, and an hour of 100. */
    private static final List<Integer> CHANGES = List.of(1_000, 10_000, 60_000, 360_000, 600_000);

    /**
     * All entries of a table share the table's tag, and with it their fate in part: it takes many
     * tables for a mean that is worth something.
     */
    private static final int TABLES = 4_000;

    private static final int ENTRIES_PER_TABLE = 4;
    private static final int CHANGED_TABLES = 8;

    private static final Version FILLED = new Version(1_000);

    private final long seed;
    private final List<List<Tags>> entries = new ArrayList<>();

    private CollisionFigure(long seed) {
        this.seed = seed;
        for (Kind kind : Kind.ALL) {
            List<Tags> ofKind = new ArrayList<>();
            for (int table = 0; table < TABLES; table++) {
                for (int i = 0; i < ENTRIES_PER_TABLE; i++) {
                    ofKind.add(kind.tags("public.quiet_%d_%d".formatted(seed, table), i));
                }
            }
            entries.add(ofKind);
        }
    }

    public static Table measure(long seed, Progress progress) {
        progress.notice("counting false invalidations, seed " + seed);
        return new CollisionFigure(seed).measure();
    }

    private Table measure() {
        List<String> columns = new ArrayList<>(List.of("changes since", "entry"));
        for (int slots : SLOTS) {
            columns.add("2^" + Integer.numberOfTrailingZeros(slots));
            columns.add("expected");
        }
        List<TagClock> clocks = SLOTS.stream().map(TagClock::new).toList();
        List<List<String>> rows = new ArrayList<>();
        int changed = 0;
        for (int changes : CHANGES) {
            for (; changed < changes; changed++) {
                Tags tags = change(changed);
                long stamp = FILLED.xmin() + changed;
                clocks.forEach(clock -> clock.invalidate(tags, stamp));
            }
            for (int kind = 0; kind < Kind.ALL.size(); kind++) {
                rows.add(row(changes, kind, clocks));
            }
        }
        return new Table(
                "False invalidations: entries that are invalid though nothing they depend on changed",
                List.of(
                        "%,d entries of each kind in %,d tables, and changes of one row each, all different, in %d other tables; seed %d"
                                .formatted(
                                        TABLES * ENTRIES_PER_TABLE, TABLES, CHANGED_TABLES, seed)),
                columns,
                rows,
                List.of(
                        "expected: 1 − (1 − k/slots)^m for an entry of k tags and m tags that were changed (each row's, and any row's of %d tables)."
                                .formatted(CHANGED_TABLES),
                        "Every entry has its table's own tag besides: when that one's slot is hit, all entries of the table are invalid at once, so one table varies more than the mean.",
                        "A miss fetches the entry again, and it is as good as new: with 1,000 changes/s an entry that is read all the time is lost to this once in slots/(k × 1,000) s, 524 s for a row in 2^20 slots."));
    }

    private Tags change(int number) {
        String table = "public.busy_%d_%d".formatted(seed, number % CHANGED_TABLES);
        return Tags.of(List.of(Tag.anyRow(table), Tag.row(table, Integer.toString(number))));
    }

    private List<String> row(int changes, int kind, List<TagClock> clocks) {
        List<String> row = new ArrayList<>();
        row.add(String.format(Locale.ROOT, "%,d", changes));
        row.add(Kind.ALL.get(kind).name());
        for (TagClock clock : clocks) {
            row.add(percent(share(clock, entries.get(kind))));
            row.add(
                    percent(
                            Kind.ALL
                                    .get(kind)
                                    .expectedShare(clock.slots(), changes + CHANGED_TABLES)));
        }
        return row;
    }

    private static double share(TagClock clock, List<Tags> entries) {
        long invalid = entries.stream().filter(tags -> !clock.isValid(FILLED, tags)).count();
        return (double) invalid / entries.size();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
