package ai.graft.model.checkpoint;

import ai.graft.model.network.Lora;
import ai.graft.model.network.WeightSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a training with adapters learned: their matrices, and the weights above the encoder that were trained whole. Kept in the
 * layout of PEFT ({@code adapter_config.json} and {@code adapter_model.safetensors}), so that {@code PeftModel} reads it.
 *
 * @param weights by the names that the network gives them
 */
public record LoraAdapter(Lora lora, Map<String, Tensor> weights) {
    public static final String CONFIG = "adapter_config.json";
    public static final String WEIGHTS = "adapter_model.safetensors";

    /** What PEFT's names of weights begin with. */
    public static final String PREFIX = "base_model.model.";

    private static final String LORA = "LORA";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Settings of PEFT that, where true, make an adapter compute something else. */
    private static final List<String> OTHER_KINDS =
            List.of("use_dora", "use_rslora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora");

    public LoraAdapter {
        weights = Map.copyOf(weights);
    }

    /**
     * Reads an adapter's directory.
     *
     * @throws CheckpointException where a file is missing or no sound one, or the adapter is of a kind that is not supported
     */
    public static LoraAdapter read(Path directory) {
        Path file = directory.resolve(CONFIG);
        try {
            Lora lora = lora(file, JSON.readTree(file.toFile()));
            Map<String, Tensor> weights = new LinkedHashMap<>();
            SafetensorsFile.read(directory.resolve(WEIGHTS)).forEach((name, tensor) -> {
                if (!name.startsWith(PREFIX)) {
                    throw new CheckpointException(directory.resolve(WEIGHTS) + ": tensor '" + name
                            + "' does not begin with " + PREFIX + ": the file is no adapter of PEFT");
                }
                weights.put(name.substring(PREFIX.length()), tensor);
            });
            return new LoraAdapter(lora, weights);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static Lora lora(Path file, JsonNode json) {
        String type = json.path("peft_type").asText("");
        if (!type.equals(LORA)) {
            throw new CheckpointException(
                    file + ": peft_type is '" + type + "', and only " + LORA + " is read. Merge the adapter in PEFT.");
        }
        for (String setting : OTHER_KINDS) {
            if (json.path(setting).asBoolean(false)) {
                throw new CheckpointException(
                        file + ": " + setting + " is true, which is not supported. Merge the adapter in PEFT.");
            }
        }
        for (String setting : List.of("rank_pattern", "alpha_pattern")) {
            if (!json.path(setting).isEmpty()) {
                throw new CheckpointException(file + ": " + setting
                        + " gives layers ranks of their own, which is not supported. Merge the adapter in PEFT.");
            }
        }
        List<String> targets = new ArrayList<>();
        JsonNode given = json.path("target_modules");
        if (given.isTextual()) {
            targets.add(given.asText());
        }
        given.forEach(target -> targets.add(target.asText()));
        return new Lora(json.path("r").asInt(), json.path("lora_alpha").asDouble(), targets);
    }

    /**
     * Writes the two files into a directory that exists.
     *
     * @param baseModel where the model came from that it was trained beside
     * @param taskType PEFT's name of the task, such as {@code SEQ_CLS}
     * @throws CheckpointException where a file cannot be written
     */
    public void write(Path directory, String baseModel, String taskType, double dropout) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> named.put(PREFIX + name, tensor));
        SafetensorsFile.write(directory.resolve(WEIGHTS), named);
        Path file = directory.resolve(CONFIG);
        try {
            Files.writeString(file, config(baseModel, taskType, dropout).toPrettyString() + "\n");
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written: " + e, e);
        }
    }

    private ObjectNode config(String baseModel, String taskType, double dropout) {
        ObjectNode json = JSON.createObjectNode();
        json.put("base_model_name_or_path", baseModel).put("bias", "none").put("fan_in_fan_out", false);
        json.put("inference_mode", true).put("init_lora_weights", true);
        json.put("lora_alpha", lora.alpha()).put("lora_dropout", dropout);
        ArrayNode whole = json.putArray("modules_to_save");
        trainedWhole().forEach(whole::add);
        json.put("peft_type", LORA).put("r", lora.rank());
        ArrayNode targets = json.putArray("target_modules");
        targets().forEach(targets::add);
        return json.put("task_type", taskType);
    }

    /** PEFT reads "all-linear" as a word of its own, and would then adapt the pooler too: each layer is named. */
    private Set<String> targets() {
        return lora.targets().contains(Lora.ALL_LINEAR)
                ? weights.keySet().stream()
                        .filter(Lora::isAdapter)
                        .map(name -> Lora.layer(Lora.adapted(name)))
                        .collect(Collectors.toCollection(TreeSet::new))
                : new TreeSet<>(lora.targets());
    }

    /** The modules that were trained as a whole, by the names that PEFT finds them by: {@code classifier}, {@code pooler}. */
    private Set<String> trainedWhole() {
        Set<String> modules = new TreeSet<>();
        for (String name : weights.keySet()) {
            if (!Lora.isAdapter(name)) {
                String module = name.substring(0, name.lastIndexOf('.'));
                modules.add(module.contains("pooler.") ? "pooler" : module.split("\\.", 2)[0]);
            }
        }
        return modules;
    }

    /**
     * A weight with its adapter in it: W + (alpha/rank)·B·A; those that were trained whole as they were trained.
     *
     * @param values of the model that the adapter stands beside; changed in place and given back
     * @throws CheckpointException where the adapter's matrices are of another size
     */
    public float[] merge(WeightSpec weight, float[] values) {
        Tensor whole = weights.get(weight.name());
        if (whole != null) {
            requireShape(weight.name(), whole, weight.shape());
            return whole.toFloats();
        }
        Tensor down = weights.get(Lora.down(weight.name()));
        Tensor up = weights.get(Lora.up(weight.name()));
        if (down == null || up == null) {
            return values;
        }
        int out = weight.shape().get(0);
        int in = weight.shape().get(1);
        requireShape(Lora.down(weight.name()), down, List.of(lora.rank(), in));
        requireShape(Lora.up(weight.name()), up, List.of(out, lora.rank()));
        addProduct(values, up.toFloats(), down.toFloats(), in);
        return values;
    }

    private void addProduct(float[] values, float[] up, float[] down, int in) {
        double[] row = new double[in];
        for (int o = 0; o < values.length / in; o++) {
            for (int i = 0; i < in; i++) {
                row[i] = values[o * in + i];
            }
            for (int r = 0; r < lora.rank(); r++) {
                double factor = lora.scale() * up[o * lora.rank() + r];
                for (int i = 0; i < in; i++) {
                    row[i] += factor * down[r * in + i];
                }
            }
            for (int i = 0; i < in; i++) {
                values[o * in + i] = (float) row[i];
            }
        }
    }

    private static void requireShape(String name, Tensor tensor, List<Integer> expected) {
        if (!tensor.shape().equals(expected)) {
            throw new CheckpointException("adapter: tensor '" + name + "' is " + tensor.shape() + ", expected "
                    + expected + ". It belongs to another model.");
        }
    }
}
