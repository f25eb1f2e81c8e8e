package dev.tidemark.cache.feed;

import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.wire.MalformedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The feed over HTTP; each connection has a virtual thread. */
@RestController
class FeedEndpoint {

    /** Frames that are ready together leave in one piece. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Feed feed;

    FeedEndpoint(Feed feed) {
        this.feed = feed;
    }

    /**
     * @param after the place of the last record that the asker has applied; none if it has none
     */
    @GetMapping("/internal/v1/feed")
    void follow(@RequestParam @Nullable String after, HttpServletResponse response)
            throws IOException, MalformedException {
        Optional<LogPosition> position = position(after);
        feed.requireReady();
        response.setContentType(LogCodec.MEDIA_TYPE);
        response.setBufferSize(BUFFER_BYTES);
        feed.stream(position, response.getOutputStream());
    }

    private static Optional<LogPosition> position(@Nullable String text) throws MalformedException {
        try {
            return text == null || text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LogPosition.parse(text));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("after is " + e.getMessage());
        }
    }
}
