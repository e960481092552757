package ai.graft.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Safetensors files put together and taken apart by hand, without the code under test. */
final class SafetensorsBytes {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SafetensorsBytes() {}

    static byte[] file(String header, int dataBytes) {
        byte[] data = new byte[dataBytes];
        for (int i = 0; i < dataBytes; i++) {
            data[i] = (byte) i;
        }
        return file(header.getBytes(StandardCharsets.UTF_8), data);
    }

    static byte[] file(byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    static JsonNode header(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return JSON.readTree(Arrays.copyOfRange(bytes, 8, dataStart(bytes)));
    }

    /** The data of one tensor, found through the header's offsets. */
    static ByteBuffer data(Path file, String name) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        JsonNode offsets = header(file).path(name).path("data_offsets");
        int start = dataStart(bytes) + offsets.path(0).asInt();
        int length = offsets.path(1).asInt() - offsets.path(0).asInt();
        return ByteBuffer.wrap(bytes, start, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    static int dataStart(byte[] bytes) {
        return 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
