package dev.tidemark.common.wire;

/** How the bytes of a body are coded, stored and sent alike (RFC 9110, section 8.4.1). */
public enum BodyEncoding {
    IDENTITY(0),
    GZIP(1);

    private final int code;

    BodyEncoding(int code) {
        this.code = code;
    }

    /** What stands for it in an entry. */
    int code() {
        return code;
    }

    static BodyEncoding ofCode(int code) throws MalformedException {
        return switch (code) {
            case 0 -> IDENTITY;
            case 1 -> GZIP;
            default -> throw new MalformedException("encoding " + code + " is not known");
        };
    }
}
