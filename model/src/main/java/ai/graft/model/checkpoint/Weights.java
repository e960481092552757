package ai.graft.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of a checkpoint, in one file or in shards.
 *
 * @param source the file or directory, for messages
 * @param tensors by name as stored; of one file in the order of its data, of shards in the order of the index
 */
public record Weights(Path source, Map<String, Tensor> tensors) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** In the order in which transformers looks for them. */
    private static final List<String> NAMES = List.of("model.safetensors", "pytorch_model.bin");

    private static final String INDEX = ".index.json";
    private static final Pattern LAYER = Pattern.compile("(?:^|\\.)layer\\.(\\d{1,6})\\.");

    public Weights {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Opens a directory with {@code model.safetensors} or {@code pytorch_model.bin}, in one file or as {@code
     * .index.json} with its shards, or a single file. Where a directory holds both, safetensors are read, as
     * transformers does. Data are memory-mapped, see {@link SafetensorsFile#read} and {@link TorchFile#read}.
     *
     * @throws CheckpointException if there is nothing readable, a shard or a tensor is missing, or a file is malformed
     */
    public static Weights open(Path directoryOrFile) {
        if (Files.isDirectory(directoryOrFile)) {
            return openDirectory(directoryOrFile);
        }
        if (!Files.exists(directoryOrFile)) {
            throw new CheckpointException(directoryOrFile + ": there is no such file or directory");
        }
        return new Weights(directoryOrFile, readFile(directoryOrFile));
    }

    /**
     * The same with some of the encoder's layers alone, numbered anew in their order; what lies in no layer stays.
     *
     * @param kept numbers of layers from 0
     */
    Weights withLayers(List<Integer> kept) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            Matcher layer = LAYER.matcher(name);
            if (!layer.find()) {
                renamed.put(name, tensor);
                return;
            }
            int place = kept.indexOf(Integer.valueOf(layer.group(1)));
            if (place >= 0) {
                renamed.put(name.substring(0, layer.start(1)) + place + name.substring(layer.end(1)), tensor);
            }
        });
        return new Weights(source, renamed);
    }

    /** Whether a file's name is one of weights: {@code .safetensors}, {@code .bin}, {@code .pt}, {@code .pth}. */
    public static boolean isNamed(Path file) {
        return file.toString().endsWith(".safetensors") || TorchFile.isNamed(file);
    }

    private static Map<String, Tensor> readFile(Path file) {
        return TorchFile.isNamed(file) ? TorchFile.read(file) : SafetensorsFile.read(file);
    }

    private static Weights openDirectory(Path directory) {
        for (String name : NAMES) {
            Path single = directory.resolve(name);
            if (Files.exists(single)) {
                return new Weights(single, readFile(single));
            }
            Path index = directory.resolve(name + INDEX);
            if (Files.exists(index)) {
                return new Weights(index, readShards(index));
            }
        }
        throw new CheckpointException(("%s: holds none of %s, nor an index of shards (NAME%s). Name the directory of a"
                        + " checkpoint in Hugging Face layout.")
                .formatted(directory, String.join(", ", NAMES), INDEX));
    }

    private static Map<String, Tensor> readShards(Path index) {
        JsonNode weightMap = readIndex(index).path("weight_map");
        if (!weightMap.isObject() || weightMap.isEmpty()) {
            throw new CheckpointException(index + ": has no weight_map that names the shards. Fetch it again.");
        }
        Map<String, Map<String, Tensor>> shards = new LinkedHashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> place : weightMap.properties()) {
            String file = place.getValue().asText();
            Map<String, Tensor> shard = shards.computeIfAbsent(file, name -> readShard(index, name));
            if (!shard.containsKey(place.getKey())) {
                throw new CheckpointException("%s: tensor '%s' should be in %s, but is not there. The shards and the"
                                .formatted(index, place.getKey(), file)
                        + " index are of different checkpoints; fetch all again.");
            }
            tensors.put(place.getKey(), shard.get(place.getKey()));
        }
        return tensors;
    }

    private static JsonNode readIndex(Path index) {
        try {
            return JSON.readTree(index.toFile());
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    "%s: is not sound JSON: %s. Fetch it again.".formatted(index, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new CheckpointException(index + ": cannot be read: " + e, e);
        }
    }

    private static Map<String, Tensor> readShard(Path index, String name) {
        // A name with a folder in it could reach any file of the machine.
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
            throw new CheckpointException("%s: '%s' is not the name of a file beside the index".formatted(index, name));
        }
        Path shard = index.resolveSibling(name);
        if (!Files.exists(shard)) {
            throw new CheckpointException(
                    "%s: the shard %s is missing. Fetch it into %s.".formatted(index, name, shard.getParent()));
        }
        return readFile(shard);
    }
}
