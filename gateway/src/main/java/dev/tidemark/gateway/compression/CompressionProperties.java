package dev.tidemark.gateway.compression;

import dev.tidemark.common.wire.Answer;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Which bodies are packed.
 *
 * @param bodyBytesMin shorter bodies are stored and sent as they are: packed, they would save
 *     little, as they fit into one packet anyway
 */
@ConfigurationProperties("tidemark.compression")
public record CompressionProperties(@DefaultValue("1KB") DataSize bodyBytesMin) {

    public CompressionProperties {
        if (bodyBytesMin.toBytes() < 1 || bodyBytesMin.toBytes() > Answer.BODY_BYTES_MAX + 1) {
            throw new IllegalArgumentException(
                    "tidemark.compression.body-bytes-min must be from 1 byte to one more than what"
                            + " is cached at most, 1048577 bytes");
        }
    }
}
