package ai.graft.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of a checkpoint, in one file or in shards.
 *
 * @param source the file or directory, for messages
 * @param tensors by name as stored; of one file in the order of its data, of shards in the order of the index
 */
public record Weights(Path source, Map<String, Tensor> tensors) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String PICKLE = "pytorch_model.bin";

    public Weights {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Opens a directory with {@code model.safetensors} or {@code model.safetensors.index.json} and its shards, or a
     * single {@code .safetensors} file. Data are memory-mapped, see {@link SafetensorsFile#read}.
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
        if (directoryOrFile.toString().endsWith(".bin")) {
            throw pickle(directoryOrFile);
        }
        return new Weights(directoryOrFile, SafetensorsFile.read(directoryOrFile));
    }

    private static Weights openDirectory(Path directory) {
        Path single = directory.resolve(SINGLE);
        if (Files.exists(single)) {
            return new Weights(single, SafetensorsFile.read(single));
        }
        Path index = directory.resolve(INDEX);
        if (Files.exists(index)) {
            return new Weights(index, readShards(index));
        }
        for (String name : new String[] {PICKLE, PICKLE + ".index.json"}) {
            if (Files.exists(directory.resolve(name))) {
                throw pickle(directory.resolve(name));
            }
        }
        throw new CheckpointException("%s: holds neither %s nor %s. Name the directory of a checkpoint in Hugging Face"
                        .formatted(directory, SINGLE, INDEX)
                + " layout.");
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
        return SafetensorsFile.read(shard);
    }

    private static CheckpointException pickle(Path file) {
        return new CheckpointException(
                file + ": PyTorch's pickled format is not read by this version. Convert it where transformers is"
                        + " installed: AutoModel.from_pretrained(folder).save_pretrained(folder,"
                        + " safe_serialization=True).");
    }
}
