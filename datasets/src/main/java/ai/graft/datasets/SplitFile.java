package ai.graft.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads which rows of a data set belong to which part. */
final class SplitFile {
    private static final String TRAIN = "train";

    private final SourceFile file;
    private final int size;
    private final BitSet taken = new BitSet();

    private SplitFile(SourceFile file, int size) {
        this.file = file;
        this.size = size;
    }

    /** Positions from 0 by part; {@code train} first where it is what the others leave. Other keys than lists are skipped. */
    static Map<String, List<Integer>> read(Path path, int size) {
        SplitFile split = new SplitFile(new SourceFile(path, StandardCharsets.UTF_8), size);
        Map<String, List<Integer>> named = new LinkedHashMap<>();
        split.json().properties().stream()
                .filter(entry -> entry.getValue().isArray())
                .forEach(entry -> named.put(entry.getKey(), split.positions(entry.getKey(), entry.getValue())));
        if (named.isEmpty()) {
            throw split.file.error("names no part of a data set, expected lists of row numbers from 0, such as"
                    + " {\"test\": [0, 4, 13]}. Write one.");
        }
        return named.containsKey(TRAIN) ? named : split.withRest(named);
    }

    private JsonNode json() {
        file.check();
        try (Reader reader = file.open()) {
            return new ObjectMapper().readTree(reader);
        } catch (JsonProcessingException e) {
            throw new DatasetException(
                    file.name() + ": broken JSON: " + e.getOriginalMessage() + ". Correct the file.", e);
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private List<Integer> positions(String part, JsonNode list) {
        List<Integer> positions = new ArrayList<>();
        for (JsonNode value : list) {
            if (!value.isInt() || value.asInt() < 0 || value.asInt() >= size) {
                throw file.error("part '" + part + "' names row " + Excerpt.of(value.toString(), 40)
                        + ", the data have rows 0 to " + (size - 1) + ". Use the split that belongs to these data.");
            }
            if (taken.get(value.asInt())) {
                throw file.error("row " + value.asInt() + " stands twice, the second time in part '" + part
                        + "'. A row belongs to one part: remove one of the two.");
            }
            taken.set(value.asInt());
            positions.add(value.asInt());
        }
        return positions;
    }

    private Map<String, List<Integer>> withRest(Map<String, List<Integer>> named) {
        List<Integer> rest = new ArrayList<>();
        for (int i = taken.nextClearBit(0); i < size; i = taken.nextClearBit(i + 1)) {
            rest.add(i);
        }
        Map<String, List<Integer>> all = new LinkedHashMap<>();
        all.put(TRAIN, rest);
        all.putAll(named);
        return all;
    }
}
