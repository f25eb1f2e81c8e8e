package dev.tidemark.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.table.FollowFacts.Definition;
import dev.tidemark.retrieval.table.FollowFacts.Function;
import dev.tidemark.retrieval.table.FollowFacts.Index;
import dev.tidemark.retrieval.table.FollowFacts.Relation;
import dev.tidemark.retrieval.table.FollowFacts.Use;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FollowabilityRuleTest {

    private static final Use RANDOM = new Use(Use.Kind.FUNCTION, 90, "");
    private static final Use OWN = new Use(Use.Kind.FUNCTION, 91, "");

    private final Relations relations = new Relations();
    private final Map<Long, Relation> tables = new HashMap<>();
    private final Map<Long, List<Index>> indexes = new HashMap<>();
    private final Map<Long, List<Definition>> rules = new HashMap<>();
    private final Map<Long, List<Definition>> policies = new HashMap<>();

    private void add(long oid, String name, Table.Kind kind, boolean partition, boolean guarded) {
        TableName qualified = new TableName("s", name);
        relations.add(oid, qualified, kind, partition);
        tables.put(
                oid,
                new Relation(
                        oid,
                        qualified,
                        kind,
                        partition,
                        "text of " + name,
                        7,
                        true,
                        'd',
                        guarded,
                        kind == Table.Kind.PARTITIONED));
        indexes.put(
                oid, List.of(new Index(oid + 100, true, false, true, true, false, List.of("id"))));
    }

    private Followability of(long oid) {
        FollowFacts facts =
                new FollowFacts(
                        tables,
                        Map.of(7L, "s"),
                        indexes,
                        Set.of(),
                        rules,
                        policies,
                        Map.of(
                                RANDOM, List.of(new Function(90, "random()", false, "")),
                                OWN, List.of(new Function(91, "s.own()", true, "91 5"))));
        return new FollowabilityRule(facts, relations)
                .of(Objects.requireNonNull(tables.get(oid)).kind(), oid, List.of());
    }

    @Test
    void nestedView_dependsOnAllBehindIt() {
        add(1, "film", Table.Kind.TABLE, false, false);
        add(2, "inner", Table.Kind.VIEW, false, false);
        add(3, "outer", Table.Kind.VIEW, false, false);
        relations.addRead(2, 1);
        relations.addRead(3, 2);
        rules.put(2L, List.of(new Definition(20, "20 1", Set.of(OWN))));
        rules.put(3L, List.of(new Definition(30, "30 1", Set.of())));

        Followability followability = of(3);
        assertThat(followability.obstacle()).isEmpty();
        assertThat(followability.sources()).containsExactly(1L);
        assertThat(followability.mark().expected())
                .isEqualTo("text of film,text of inner,text of outer/3/20 1,30 1/91 5");
        assertThat(followability.mark().sql())
                .contains("c.oid = any (cast('{1,2,3}' as oid[]))", "pg_rewrite", "pg_proc")
                .doesNotContain("pg_inherits", "pg_policy");

        rules.put(2L, List.of(new Definition(20, "20 2", Set.of(RANDOM))));
        assertThat(of(3).obstacle()).contains("s.inner uses random(), which is not immutable");
    }

    @Test
    void partition_isAsItsRootIs() {
        add(1, "root", Table.Kind.PARTITIONED, false, true);
        add(2, "leaf", Table.Kind.TABLE, true, false);
        add(3, "other", Table.Kind.TABLE, true, false);
        relations.addChild(1, 2);
        relations.addChild(1, 3);

        assertThat(of(2).sources()).containsExactly(1L);
        assertThat(of(1).mark().expected())
                .as("leaves are counted only")
                .startsWith("text of root/1/101/2,3");
        policies.put(1L, List.of(new Definition(40, "40 1", Set.of(RANDOM))));
        assertThat(of(2).obstacle()).isPresent();
        policies.clear();
        indexes.remove(3L);
        assertThat(of(2).obstacle()).contains("s.other has no primary key");
    }

    @Test
    void policies_countOnlyWhereTheyAreInForce() {
        add(1, "guarded", Table.Kind.TABLE, false, true);
        add(2, "unguarded", Table.Kind.TABLE, false, false);
        policies.put(1L, List.of(new Definition(40, "40 1", Set.of(RANDOM))));
        policies.put(2L, List.of(new Definition(41, "41 1", Set.of(RANDOM))));

        assertThat(of(1).obstacle())
                .contains(
                        "s.guarded by a row-level-security policy uses random(), which is not"
                                + " immutable");
        assertThat(of(2).obstacle()).isEmpty();
    }

    @Test
    void systemTable_cannotBeFollowed() {
        add(1, "view", Table.Kind.VIEW, false, false);
        relations.addRead(1, 1259);
        rules.put(
                1L,
                List.of(
                        new Definition(
                                20, "20 1", Set.of(new Use(Use.Kind.RELATION, 1259, "pg_class")))));

        assertThat(of(1).obstacle())
                .contains("s.view reads pg_class, whose changes are not captured");
    }
}
