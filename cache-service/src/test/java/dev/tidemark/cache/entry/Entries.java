package dev.tidemark.cache.entry;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Keys, look-ups and answers for tests. */
public final class Entries {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private Entries() {}

    /** One that no other test uses. */
    public static CacheKey randomKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new CacheKey(random.nextLong(), random.nextLong());
    }

    public static Lookup lookup(CacheKey key) {
        return lookup(key, "", Version.UNKNOWN, DEADLINE);
    }

    public static Lookup lookup(CacheKey key, String partition) {
        return lookup(key, partition, Version.UNKNOWN, DEADLINE);
    }

    public static Lookup lookup(CacheKey key, Version refused) {
        return lookup(key, "", refused, DEADLINE);
    }

    public static Lookup lookup(CacheKey key, Duration deadline) {
        return lookup(key, "", Version.UNKNOWN, deadline);
    }

    private static Lookup lookup(
            CacheKey key, String partition, Version refused, Duration deadline) {
        return new Lookup(key, partition, Lsn.UNKNOWN, List.of(), refused, deadline);
    }

    /** A row; soft after a minute and gone after an hour. */
    public static Answer answer(long version) {
        return answer(
                version,
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true));
    }

    static Answer answer(long version, Policy policy) {
        return new Answer(
                200,
                List.of(new HeaderField("ETag", "\"" + version + "\"")),
                ("{\"version\":" + version + "}").getBytes(StandardCharsets.UTF_8),
                new Version(version),
                Lsn.UNKNOWN,
                Tags.of(List.of(Tag.row("public.film", "1"), Tag.table("public.film"))),
                policy,
                DatabaseIdentity.UNKNOWN,
                false);
    }

    static Answer of(Answer answer, DatabaseIdentity identity) {
        return of(answer, identity, answer.followed());
    }

    /** The same, which the log tells of. */
    public static Answer followed(Answer answer) {
        return of(answer, answer.identity(), true);
    }

    private static Answer of(Answer answer, DatabaseIdentity identity, boolean followed) {
        return new Answer(
                answer.status(),
                answer.head(),
                answer.body(),
                answer.version(),
                answer.seenLsn(),
                answer.tags(),
                answer.policy(),
                identity,
                followed);
    }
}
