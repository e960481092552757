package ai.graft.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The file {@code graft-source.json} in an entry of the cache: where the entry came from and how to see it is whole.
 *
 * @param format what the importer writes; an entry of another format is made anew
 * @param source Maven coordinates or name of the source file
 * @param sha256 of the ONNX file, in hexadecimal
 * @param files size in bytes of every other file of the entry
 */
record CacheRecord(int format, String source, String sha256, Map<String, Long> files) {
    /** Raised whenever the importer writes something else for the same source. */
    static final int FORMAT = 1;

    static final String NAME = "graft-source.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Notes the files of a finished entry. */
    static void write(Path entry, String source, String sha256) throws IOException {
        SortedMap<String, Long> files = new TreeMap<>();
        try (Stream<Path> children = Files.list(entry)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                files.put(child.getFileName().toString(), Files.size(child));
            }
        }
        CacheRecord content = new CacheRecord(FORMAT, source, sha256, files);
        JSON.writerWithDefaultPrettyPrinter().writeValue(entry.resolve(NAME).toFile(), content);
    }

    /** Whether an entry is there, of this source and format, with all its files in full length. */
    static boolean isWhole(Path entry, String source) {
        try {
            CacheRecord content = JSON.readValue(entry.resolve(NAME).toFile(), CacheRecord.class);
            return content.format == FORMAT && content.source.equals(source) && content.filesAreThere(entry);
        } catch (IOException e) {
            return false; // missing or unreadable: the caller makes the entry anew
        }
    }

    private boolean filesAreThere(Path entry) throws IOException {
        for (Map.Entry<String, Long> file : files.entrySet()) {
            Path path = entry.resolve(file.getKey());
            if (!Files.isRegularFile(path) || Files.size(path) != file.getValue()) {
                return false;
            }
        }
        return !files.isEmpty();
    }
}
