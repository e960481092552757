package ai.graft.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The file {@code graft-source.json} in an entry of the cache: where the entry came from, and the size of each other
 * file, by which a damaged entry is known.
 */
final class CacheRecord {
    /** Raised whenever the importer writes something else for the same source; an entry of another is made anew. */
    private static final int FORMAT = 1;

    private static final String NAME = "graft-source.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CacheRecord() {}

    /**
     * Notes the files of a finished entry.
     *
     * @param source Maven coordinates or name of the source file
     * @param sha256 of the ONNX file or, of a model in Hugging Face layout, its jar; in hexadecimal
     */
    static void write(Path entry, String source, String sha256) throws IOException {
        ObjectNode content = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("source", source)
                .put("sha256", sha256);
        ObjectNode sizes = content.putObject("files");
        for (Path file : filesOf(entry)) {
            sizes.put(file.getFileName().toString(), Files.size(file));
        }
        JSON.writerWithDefaultPrettyPrinter().writeValue(entry.resolve(NAME).toFile(), content);
    }

    /** Whether an entry is there, of this source and format, with all its files in full length. */
    static boolean isWhole(Path entry, String source) {
        try {
            JsonNode content = JSON.readTree(entry.resolve(NAME).toFile());
            return content.path("format").asInt() == FORMAT
                    && content.path("source").asText().equals(source)
                    && filesAreThere(entry, content.path("files"));
        } catch (IOException e) {
            return false; // missing or unreadable: the caller makes the entry anew
        }
    }

    private static boolean filesAreThere(Path entry, JsonNode sizes) throws IOException {
        for (Map.Entry<String, JsonNode> size : sizes.properties()) {
            Path file = entry.resolve(size.getKey());
            if (!Files.isRegularFile(file)
                    || Files.size(file) != size.getValue().asLong(-1)) {
                return false;
            }
        }
        return !sizes.isEmpty();
    }

    private static List<Path> filesOf(Path entry) throws IOException {
        try (Stream<Path> children = Files.list(entry)) {
            return children.sorted().toList();
        }
    }
}
