package ai.graft.finetune.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tensor of a safetensors file, read without the project's own reader. */
record StoredTensor(List<Integer> shape, String dtype, ByteBuffer bytes) {

    static Map<String, StoredTensor> read(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) all.getLong();
        int data = 8 + header;
        JsonNode root = new ObjectMapper().readTree(new String(all.array(), 8, header, StandardCharsets.UTF_8));
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        root.properties().forEach(entry -> {
            if (!entry.getKey().equals("__metadata__")) {
                List<Integer> shape = new ArrayList<>();
                entry.getValue().path("shape").forEach(size -> shape.add(size.intValue()));
                JsonNode offsets = entry.getValue().path("data_offsets");
                int begin = offsets.get(0).intValue();
                ByteBuffer bytes = all.slice(data + begin, offsets.get(1).intValue() - begin);
                String dtype = entry.getValue().path("dtype").textValue();
                tensors.put(entry.getKey(), new StoredTensor(shape, dtype, bytes.order(ByteOrder.LITTLE_ENDIAN)));
            }
        });
        return tensors;
    }

    float[] floats() {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
