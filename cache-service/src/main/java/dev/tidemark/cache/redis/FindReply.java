package dev.tidemark.cache.redis;

import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.common.wire.EntryCodec;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Stored;
import dev.tidemark.common.wire.MalformedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code find.lua} replied; its members are described there. */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record FindReply(
        int what, Duration leaseLeft, byte @Nullable [] entry, Duration age, boolean unknown) {

    private static final int HIT = 1;
    private static final int LEASED = 2;
    private static final int AWAITED = 3;
    private static final int UNCACHEABLE = 4;

    static FindReply of(Object reply) {
        List<?> members = (List<?>) reply;
        return new FindReply(
                (int) number(members.get(0)),
                Duration.ofMillis(number(members.get(1))),
                (byte[]) members.get(2),
                Duration.ofMillis(number(members.get(3))),
                number(members.get(4)) != 0);
    }

    private static long number(@Nullable Object member) {
        if (member instanceof Long number) {
            return number;
        }
        throw new IllegalStateException("find.lua replied " + member + " instead of a number");
    }

    /**
     * What the reply means to the asker.
     *
     * @param lease which the script took, if it took one
     * @param corrupt whether something unreadable was in the entry's place before
     * @throws MalformedException if the entry is damaged
     */
    Found found(Lease lease, boolean corrupt) throws MalformedException {
        byte[] bytes = entry;
        Optional<Stored> stored =
                bytes == null
                        ? Optional.empty()
                        : Optional.of(
                                new Stored(
                                        EntryCodec.decode(
                                                ByteBuffer.wrap(PackedEntry.unpack(bytes))),
                                        age));
        if (what == HIT && stored.isPresent()) {
            return new Found(new LookupOutcome.Hit(stored.get()), Reason.HIT);
        }
        LookupOutcome outcome =
                switch (what) {
                    case LEASED -> new LookupOutcome.Leased(lease, stored);
                    case AWAITED -> new LookupOutcome.Awaited(leaseLeft, stored);
                    case UNCACHEABLE -> new LookupOutcome.Uncacheable();
                    default -> throw new IllegalStateException("find.lua replied " + what);
                };
        return new Found(outcome, corrupt || unknown ? Reason.CORRUPT : reason(stored));
    }

    private Reason reason(Optional<Stored> stored) {
        if (what == UNCACHEABLE) {
            return Reason.UNCACHEABLE;
        }
        return stored.map(last ->
                        last.age().compareTo(last.answer().policy().softTtl()) < 0
                                ? Reason.REFUSED
                                : Reason.STALE)
                .orElse(Reason.MISS);
    }
}
