package dev.tidemark.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.DatabaseIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    @Test
    void castTargets_knowTheStandardsNames() {
        CastTargets targets =
                Catalogues.of(Map.of(), List.of(), DatabaseIdentity.UNKNOWN).castTargets();

        assertThat(targets.find("INTEGER").orElseThrow().name()).isEqualTo("int4");
        assertThat(targets.find("int[]").orElseThrow())
                .isEqualTo(new CastTargets.Target("pg_catalog", "int4", true));
        assertThat(targets.find("regclass")).isEmpty();
        assertThat(targets.find("int4[][]")).isEmpty();
    }

    @Test
    void hide_namesTablesAndColumnsWithOrWithoutSchema() {
        ExposureProperties exposure =
                new ExposureProperties(
                        List.of("public"),
                        List.of("a", "b.x", "s.c", "s.d.y"),
                        Duration.ofSeconds(30));

        assertThat(exposure.hides(new TableName("public", "a"))).isTrue();
        assertThat(exposure.hides(new TableName("s", "c"))).isTrue();
        assertThat(exposure.hides(new TableName("public", "c"))).isFalse();
        assertThat(exposure.hides(new TableName("any", "b"), "x")).isTrue();
        assertThat(exposure.hides(new TableName("any", "b"))).isFalse();
        assertThat(exposure.hides(new TableName("s", "d"), "y")).isTrue();
        assertThat(exposure.hides(new TableName("t", "d"), "y")).isFalse();
    }

    @Test
    void relations_followViewsPartitionsAndHeirs() {
        Relations relations = new Relations();
        add(relations, 1, "root", Table.Kind.PARTITIONED, false);
        add(relations, 2, "part", Table.Kind.PARTITIONED, true);
        add(relations, 3, "leaf", Table.Kind.TABLE, true);
        relations.addChild(1, 2);
        relations.addChild(2, 3);
        add(relations, 4, "view", Table.Kind.VIEW, false);
        add(relations, 5, "outer", Table.Kind.VIEW, false);
        relations.addRead(4, 3);
        relations.addRead(5, 4);
        relations.addRead(5, 99); // a sequence
        relations.addRead(4, 5); // no such thing as a cycle, but it must not hang
        add(relations, 6, "parent", Table.Kind.TABLE, false);
        add(relations, 7, "heir", Table.Kind.TABLE, false);
        relations.addChild(6, 7);

        assertThat(relations.rowNames(3)).containsExactly("s.root");
        assertThat(relations.rowNames(1)).containsExactly("s.root");
        assertThat(relations.rowNames(6)).containsExactly("s.parent", "s.heir");
        assertThat(relations.rowNames(7)).containsExactly("s.heir");
        assertThat(relations.rowNames(5)).isEmpty();
        assertThat(relations.behind(5)).containsExactly("s.outer", "s.root", "s.view");
        assertThat(relations.behind(3)).isEmpty();
    }

    private static void add(
            Relations relations, long oid, String name, Table.Kind kind, boolean partition) {
        relations.add(oid, new TableName("s", name), kind, partition);
    }

    @Test
    void spelling_forgivesSlipsOnly() {
        assertThat(Spelling.isAlike("film", "flim")).isTrue();
        assertThat(Spelling.isAlike("film", "films")).isTrue();
        assertThat(Spelling.isAlike("film", "Film")).isTrue();
        assertThat(Spelling.isAlike("film", "actor")).isFalse();
        assertThat(Spelling.isAlike("film", "x".repeat(1000))).isFalse();
    }
}
