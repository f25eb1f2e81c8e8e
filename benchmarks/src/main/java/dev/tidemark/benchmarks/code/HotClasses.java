package dev.tidemark.benchmarks.code;

import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.hot.HotLimits;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.request.RequestHeaders;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.EntryCodec;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.http.CacheStatus;
import dev.tidemark.gateway.http.Provenance;
import dev.tidemark.gateway.http.ResponseHead;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.time.MonotonicClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.scheduler.Schedulers;

/**
 * Each step of a read of one row, and all steps of a hit together: what a request pays for Tidemark
 * itself, without any framework around it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HotClasses {

    private static final String ROW = "/rest/v1/film/42";
    private static final String LIST =
            "/rest/v1/film?select=id,title,year&year=gte.1990&rating=in.(PG,R)&order=title.asc&limit=20";

    /** What browsers send, less what says nothing to anybody here. */
    private static final RequestHeaders HEADERS =
            name ->
                    switch (name) {
                        case "Accept" -> List.of("application/json");
                        case "Accept-Encoding" -> List.of("gzip, deflate, br");
                        default -> List.of();
                    };

    private static final Policy POLICY =
            new Policy(Duration.ofDays(1), Duration.ofDays(2), Duration.ZERO, true);

    /** As many as keep the processor's caches busy, without being about memory. */
    private static final int KEYS = 1024;

    private final NearCache near =
            new NearCache(
                    1L << 28,
                    new Follower(
                            1 << 20,
                            Duration.ofDays(1),
                            MonotonicClock.SYSTEM,
                            Schedulers.immediate()),
                    MonotonicClock.SYSTEM);
    private final HotKeys hot =
            new HotKeys(
                    new HotLimits(100, 100, Duration.ofSeconds(10)),
                    4,
                    System::nanoTime,
                    () -> ThreadLocalRandom.current().nextInt());
    private CacheKey[] keys = new CacheKey[0];
    private Answer answer = answer();
    private byte[] encoded = new byte[0];
    private ReadRequest request = ReadRequest.plain(read(ROW).canonical());
    private int next;

    @Setup
    public void fill() {
        answer = answer();
        encoded = EntryCodec.encode(answer);
        request = read(ROW);
        near.put(CacheKey.of(request.canonical()), new Entry(answer, System.nanoTime()));
        SplittableRandom random = new SplittableRandom(1);
        keys = new CacheKey[KEYS];
        for (int i = 0; i < KEYS; i++) {
            keys[i] = new CacheKey(random.nextLong(), random.nextLong());
        }
        if (!(near.find(CacheKey.of(request.canonical())) instanceof Found.Fresh)) {
            throw new IllegalStateException("an entry that is not served");
        }
    }

    /**
     * By time only, so that it needs no log; what the check costs beside is `bench validation`'s.
     */
    private static Answer answer() {
        return new Answer(
                200,
                List.of(
                        new HeaderField("Content-Type", "application/json; charset=utf-8"),
                        new HeaderField("ETag", "\"AAAAAAAAAAAAAAAAAAAAAA\"")),
                "x".repeat(515).getBytes(StandardCharsets.US_ASCII),
                new Version(1_000),
                new Lsn(1),
                Tags.ofHashes(1, 2),
                POLICY,
                new DatabaseIdentity(7, 1, 16_384, 99),
                false);
    }

    private static ReadRequest read(String target) {
        return switch (ReadRequest.parse("GET", target, HEADERS)) {
            case ReadRequest.Parsed.Read(ReadRequest read) -> read;
            default -> throw new IllegalStateException(target + " is not read");
        };
    }

    private CacheKey nextKey() {
        next = (next + 1) & (KEYS - 1);
        return keys[next];
    }

    @Benchmark
    public ReadRequest parseRow() {
        return read(ROW);
    }

    @Benchmark
    public ReadRequest parseList() {
        return read(LIST);
    }

    @Benchmark
    public CacheKey key() {
        return CacheKey.of(request.canonical());
    }

    @Benchmark
    public byte[] encodeEntry() {
        return EntryCodec.encode(answer);
    }

    @Benchmark
    public Answer decodeEntry() throws MalformedException {
        return EntryCodec.decode(ByteBuffer.wrap(encoded));
    }

    @Benchmark
    public boolean countHotKey() {
        return hot.count(nextKey());
    }

    @Benchmark
    public ResponseHead head() {
        return head(request, answer);
    }

    /** From the request's target and header fields to the answer's. */
    @Benchmark
    public ResponseHead hit() {
        ReadRequest read = read(ROW);
        CacheKey key = CacheKey.of(read.canonical());
        if (!(near.find(key) instanceof Found.Fresh(Entry entry, long staleness))) {
            throw new IllegalStateException("no hit");
        }
        hot.count(key);
        return head(read, entry.answer());
    }

    private static ResponseHead head(ReadRequest request, Answer answer) {
        return ResponseHead.of(
                answer,
                request,
                false,
                new Provenance(
                        CacheStatus.nearHit(Duration.ofSeconds(50), true),
                        ServerTiming.NEAR,
                        Duration.ofMillis(40),
                        Optional.empty()));
    }
}
