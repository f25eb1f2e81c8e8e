package dev.tidemark.gateway.session;

import java.util.List;

/** Reads the sessions of requests and says the tokens of answers. */
public final class Sessions {

    /** The cookie's name. */
    public static final String COOKIE = "tidemark-token";

    /** The header's name, on requests and answers. */
    public static final String HEADER = "Tidemark-Token";

    /** More than a client of several databases has; each costs a digest. */
    private static final int TOKENS_MAX = 16;

    private final TokenSeal seal;
    private final boolean cookies;

    /**
     * @param cookies whether tokens also travel as cookies, for pages that don't keep them
     */
    public Sessions(TokenSeal seal, boolean cookies) {
        this.seal = seal;
        this.cookies = cookies;
    }

    public boolean useCookies() {
        return cookies;
    }

    /**
     * The session that these values tell of, of headers and cookies alike.
     *
     * @param values each a list of tokens, separated by commas
     */
    public Session read(List<String> values) throws BadTokenException {
        Session session = Session.NONE;
        int tokens = 0;
        for (String value : values) {
            for (String text : value.split(",", -1)) {
                if (text.isBlank()) {
                    // RFC 9110, section 5.6.1.2: empty elements of a list say nothing.
                    continue;
                }
                if (++tokens > TOKENS_MAX) {
                    throw new BadTokenException("more than " + TOKENS_MAX + " tokens");
                }
                session = session.with(seal.open(text.strip()));
            }
        }
        return session;
    }

    /** The text of a token. */
    public String text(Token token) {
        return seal.seal(token);
    }

    /** The value of {@code Set-Cookie} that makes a browser keep the token. */
    public static String setCookie(String text) {
        return COOKIE + "=" + text + "; Path=/; HttpOnly; SameSite=Lax";
    }

    /** The value of {@code Set-Cookie} that makes a browser forget a token that is of no use. */
    public static String clearCookie() {
        return COOKIE + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
    }
}
