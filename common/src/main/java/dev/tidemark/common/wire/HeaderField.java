package dev.tidemark.common.wire;

/** A header field of an answer that every client gets: name as sent, value in ASCII. */
public record HeaderField(String name, String value) {}
