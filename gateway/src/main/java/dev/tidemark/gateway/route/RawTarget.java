package dev.tidemark.gateway.route;

import dev.tidemark.common.wire.AnswerHeaders;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Saves the raw request target from {@link URI}, and drops internal header fields.
 *
 * <p>Browsers send characters such as {@code {}|^} unencoded in a query. Spring makes a {@code URI}
 * of the target before any filter runs, which refuses them with an empty 400. So such a target
 * travels in an internal header, and a harmless one takes its place.
 */
final class RawTarget extends ChannelInboundHandlerAdapter {

    private static final String HEADER = AnswerHeaders.INTERNAL_PREFIX + "Target";

    /** What {@link URI} takes in a path or query, beside letters and digits. */
    private static final String URI_MARKS = "-._~:/?@!$&'()*+,;=";

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            dropInternal(request.headers());
            String target = request.uri();
            if (!isHarmless(target)) {
                request.headers().set(HEADER, ascii(target));
                request.setUri("/" + ReadRoute.UNREADABLE);
            }
        }
        context.fireChannelRead(message);
    }

    /** Whether the target travels apart, as Spring could not hold it. */
    static boolean isUnreadable(HttpRequest request) {
        return request.headers().contains(HEADER);
    }

    private static void dropInternal(HttpHeaders headers) {
        List<String> internal = new ArrayList<>(0);
        for (Map.Entry<String, String> field : headers) {
            if (AnswerHeaders.isInternal(field.getKey())) {
                internal.add(field.getKey());
            }
        }
        internal.forEach(headers::remove);
    }

    /**
     * Whether {@link URI} reads this as we do: a path, perhaps a query, and nothing odd in them.
     */
    static boolean isHarmless(String target) {
        if (!target.startsWith("/") || target.startsWith("//")) {
            return false;
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '%') {
                if (i + 2 >= target.length()
                        || !isHex(target.charAt(i + 1))
                        || !isHex(target.charAt(i + 2))) {
                    return false;
                }
            } else if (!isLetterOrDigit(c) && URI_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * A header field cannot carry everything; what is not ASCII is refused by the parser anyway.
     */
    private static String ascii(String target) {
        StringBuilder ascii = new StringBuilder(target.length());
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            ascii.append(c > 0x20 && c < 0x7f ? c : '\u00a0');
        }
        return ascii.toString();
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** The target as the client sent it: path and query. */
    static String of(ServerHttpRequest request) {
        String saved = request.getHeaders().getFirst(HEADER);
        if (saved != null) {
            return pathAndQuery(saved);
        }
        URI uri = request.getURI();
        return uri.getRawQuery() == null
                ? uri.getRawPath()
                : uri.getRawPath() + '?' + uri.getRawQuery();
    }

    /** Drops scheme and authority of the absolute form (RFC 9112, section 3.2.2). */
    private static String pathAndQuery(String target) {
        int authority = target.indexOf("://");
        int query = target.indexOf('?');
        if (target.startsWith("/") || authority < 0 || (query >= 0 && query < authority)) {
            return target;
        }
        int path = target.indexOf('/', authority + 3);
        return path < 0 ? "/" : target.substring(path);
    }
}
