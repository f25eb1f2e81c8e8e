package dev.tidemark.gateway.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Listens to Netty's leak detector, which the build sets to paranoid, around every test class.
 *
 * <p>The detector sees a leak when the garbage collector has, and tells of it when the next buffer
 * is allocated: both are brought about at the end of each class.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ByteBufUtil.setLeakListener(
                new ResourceLeakDetector.LeakListener() {
                    @Override
                    public void onLeak(String resourceType, String records) {
                        LEAKS.add(resourceType + records);
                    }
                });
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        assertThat(found()).as("leaked buffers").isEmpty();
    }

    /** The leaks so far, and forgets them. */
    static List<String> found() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            collect();
            PooledByteBufAllocator.DEFAULT.buffer(16).release();
        }
        List<String> found = List.copyOf(LEAKS);
        LEAKS.clear();
        return found;
    }

    /** Returns when the collector has seen everything that was unreachable. */
    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<@Nullable Object> sentinel = new WeakReference<>(new Object(), queue);
        System.gc();
        assertThat(queue.remove(10_000)).isSameAs(sentinel);
    }
}
