package dev.tidemark.retrieval.write;

import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.WrittenHeaders;
import java.util.List;

/**
 * The answer to a write that succeeded.
 *
 * @param internal what the gateway is told of it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never changed
record Written(int status, List<HeaderField> head, byte[] body, WrittenHeaders internal) {}
