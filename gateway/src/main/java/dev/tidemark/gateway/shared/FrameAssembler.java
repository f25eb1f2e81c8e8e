package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts frames together from buffers that are cut anywhere. One per response; not thread-safe. */
public final class FrameAssembler {

    private static final int PREFIX_BYTES = 4;

    private final int lengthMax;
    private int prefixed;
    private int length;
    private int filled;
    private byte @Nullable [] content;

    /**
     * @param lengthMax a longer frame is refused before anything is allocated
     */
    public FrameAssembler(int lengthMax) {
        this.lengthMax = lengthMax;
    }

    /** The content of each frame that is complete now, without its length prefix. */
    public List<ByteBuffer> feed(ByteBuf in) throws MalformedException {
        List<ByteBuffer> frames = new ArrayList<>();
        while (in.isReadable()) {
            if (content == null) {
                length = length << 8 | in.readUnsignedByte();
                if (++prefixed == PREFIX_BYTES) {
                    if (length <= 0 || length > lengthMax) {
                        throw new MalformedException("a frame of " + length + " bytes");
                    }
                    content = new byte[length];
                    filled = 0;
                }
            } else {
                int taken = Math.min(in.readableBytes(), length - filled);
                in.readBytes(content, filled, taken);
                filled += taken;
                if (filled == length) {
                    frames.add(ByteBuffer.wrap(content));
                    content = null;
                    prefixed = 0;
                    length = 0;
                }
            }
        }
        return frames;
    }
}
