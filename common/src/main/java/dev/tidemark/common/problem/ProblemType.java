package dev.tidemark.common.problem;

/** The kinds of errors that Tidemark answers with. */
public enum ProblemType {
    BAD_REQUEST(400, "PGRST100", "The request cannot be understood"),
    UNSUPPORTED(400, "PGRST100", "The request asks for something that is not supported"),
    UNKNOWN_COLUMN(400, "42703", "No such column"),
    BAD_VALUE(400, "22P02", "A value does not fit its column"),
    UNAUTHORIZED(401, "PGRST301", "Credentials are missing or wrong"),
    FORBIDDEN(403, "42501", "Not allowed"),
    NOT_FOUND(404, "PGRST125", "Nothing is served here"),
    UNKNOWN_TABLE(404, "PGRST205", "No such table"),
    ROW_NOT_FOUND(404, "TM404", "No such row"),
    METHOD_NOT_ALLOWED(405, "PGRST117", "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "PGRST107", "None of the accepted media types can be produced"),
    NOT_ONE_ROW(406, "PGRST116", "Exactly one row was asked for"),
    UNKNOWN_PROFILE(406, "PGRST106", "No such schema"),
    REQUEST_TIMEOUT(408, "TM408", "The request took too long to come"),
    CONFLICT(409, "23505", "The write conflicts with other rows"),
    UNDER_WAY(409, "TM409", "A write with this Idempotency-Key is under way"),
    PRECONDITION_FAILED(412, "TM412", "The row is not the one that the condition names"),
    PAYLOAD_TOO_LARGE(413, "TM413", "The body is too large"),
    TARGET_TOO_LONG(414, "TM414", "The request target is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "PGRST102", "The body is of a type that is not read"),
    RANGE_NOT_SATISFIABLE(416, "PGRST103", "The range lies outside of the result"),
    KEY_REUSED(422, "TM422", "The Idempotency-Key belongs to another write"),
    TOO_MANY_MISSES(429, "TM429", "Too much that is not there was asked for"),
    HEADERS_TOO_LARGE(431, "TM431", "The header fields are too large"),
    NOT_CACHED(504, "TM505", "Not in the cache"),
    UNREADABLE(500, "55000", "The database cannot read this table or view"),
    INTERNAL(500, "TM500", "An internal error"),
    ORIGIN_UNAVAILABLE(503, "PGRST001", "The database cannot be reached"),
    OVERLOADED(503, "TM503", "Too much at once"),
    NOT_CAPTURED(503, "TM506", "Nobody captures changes"),
    OUTCOME_UNKNOWN(504, "TM504", "Whether the write was done is not known"),
    TIMEOUT(504, "57014", "It took too long");

    private final int status;
    private final String code;
    private final String title;

    ProblemType(int status, String code, String title) {
        this.status = status;
        this.code = code;
        this.title = title;
    }

    public int status() {
        return status;
    }

    /** The code that goes with the type when nothing more exact is known. */
    public String code() {
        return code;
    }

    public String title() {
        return title;
    }

    /** Identifies the type (RFC 9457, section 3.1.1); a URN, since it names and does not locate. */
    public String uri() {
        return "urn:tidemark:problem:"
                + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
