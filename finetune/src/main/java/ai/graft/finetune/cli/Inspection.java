package ai.graft.finetune.cli;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.LoadReport;
import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.checkpoint.Weights;
import ai.graft.model.config.ConfigException;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can be told of a model by its configuration and the headers of its weights, without running it.
 *
 * @param place the directory or file
 * @param modelType {@code model_type}; empty without a {@code config.json}
 * @param network what the files mean to a network; empty where there is none, see {@code note}
 * @param note why there is no network, in words; empty where there is one
 */
record Inspection(Path place, Weights weights, Optional<String> modelType, Optional<Known> network, String note) {

    /** A model whose architecture and head have a network here. */
    record Known(Checkpoint checkpoint, Head head, LoadReport report) {}

    /**
     * Looks at a model.
     *
     * @param nameOrPath a directory, a {@code .safetensors}, {@code .bin} or {@code .onnx} file, or a short name
     * @param choice the head to compare with, where other than {@code config.json} names
     * @param numLabels labels of the head, where other than {@code config.json} says
     * @throws CheckpointException where there is no such model, or its weights are damaged
     * @throws ConfigException where {@code config.json} is no JSON object or names no {@code model_type}
     * @throws IllegalArgumentException where the head has no labels
     */
    static Inspection of(String nameOrPath, Optional<HeadChoice> choice, Optional<Integer> numLabels)
            throws IOException {
        Path place = PretrainedCache.resolve(nameOrPath);
        Weights weights = Weights.open(place);
        Path config = place.resolve("config.json");
        if (!Files.isDirectory(place) || !Files.exists(config)) {
            return new Inspection(
                    place,
                    weights,
                    Optional.empty(),
                    Optional.empty(),
                    "no config.json, so no network to compare with");
        }
        Optional<String> type = modelType(config);
        try {
            Checkpoint checkpoint = new Checkpoint(place, ConfigFile.read(config), weights);
            Head head = HeadChoice.asked(checkpoint, choice, numLabels);
            Known known = new Known(checkpoint, head, checkpoint.report(head));
            return new Inspection(place, weights, type, Optional.of(known), "");
        } catch (ConfigException | CheckpointException e) {
            if (type.isEmpty()) {
                throw e;
            }
            return new Inspection(
                    place, weights, type, Optional.empty(), Failure.of(e).message());
        }
    }

    /** Empty as well where the file is damaged; who reads it for its sizes tells what is wrong. */
    private static Optional<String> modelType(Path config) throws IOException {
        try {
            JsonNode type = JsonInput.MAPPER.readTree(config.toFile()).path("model_type");
            return type.isTextual() ? Optional.of(type.textValue()) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Number of weights' elements in the files; whole numbers are no weights but buffers and are not counted. */
    long parameters() {
        return weights.tensors().values().stream()
                .filter(tensor -> !isWhole(tensor.dtype()))
                .mapToLong(Tensor::size)
                .sum();
    }

    private static boolean isWhole(DType type) {
        return switch (type) {
            case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> true;
            default -> false;
        };
    }

    /** How many tensors are stored in each type. */
    Map<DType, Integer> dtypes() {
        Map<DType, Integer> counts = new TreeMap<>();
        weights.tensors().values().forEach(tensor -> counts.merge(tensor.dtype(), 1, Integer::sum));
        return counts;
    }

    /** The sizes of a network that is known. */
    Optional<ModelConfig> sizes() {
        return network.map(known -> known.checkpoint().config().model());
    }
}
