package ai.graft.model.checkpoint;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * {@code graft.json}: what Graft knows of how a model reads and answers, beyond Hugging Face's files. All empty where a
 * directory has none.
 *
 * @param path of the file
 * @param trainedLength tokens that texts were cut to in training
 * @param longTexts what becomes of longer texts, by the name that {@code ai.graft.tokenizer.LongTexts} has for it
 * @param thresholds of the labels of a multi-label task, in their order
 * @param temperature that the logits of a single-label task are divided by for its probabilities
 * @param answerRules of question answering; {@link AnswerRules#DEFAULTS} where the file has none
 */
public record GraftFile(
        Path path,
        OptionalInt trainedLength,
        Optional<String> longTexts,
        List<Double> thresholds,
        OptionalDouble temperature,
        AnswerRules answerRules) {
    public static final String NAME = "graft.json";
    public static final int FORMAT = 1;

    private static final int DEFAULT_MAX_LENGTH = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    public GraftFile {
        thresholds = List.copyOf(thresholds);
    }

    /**
     * Reads the file of a directory.
     *
     * @throws CheckpointException where it cannot be read or is of another format
     */
    public static GraftFile read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return new GraftFile(
                    file,
                    OptionalInt.empty(),
                    Optional.empty(),
                    List.of(),
                    OptionalDouble.empty(),
                    AnswerRules.DEFAULTS);
        }
        try {
            JsonNode json = JSON.readTree(file.toFile());
            int format = json.path("format").asInt();
            if (format != FORMAT) {
                throw new CheckpointException(file + ": format " + format + " is not read by this version, which knows "
                        + FORMAT + ". Use the version of Graft that wrote it, or a newer one.");
            }
            JsonNode length = json.path("max_length");
            List<Double> thresholds = new ArrayList<>();
            json.path("thresholds").forEach(level -> thresholds.add(level.asDouble(Double.NaN)));
            return new GraftFile(
                    file,
                    length.isInt() ? OptionalInt.of(length.asInt()) : OptionalInt.empty(),
                    Optional.ofNullable(json.path("long_texts").textValue()),
                    thresholds,
                    temperature(json),
                    answerRules(json));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** What is no number becomes NaN, which the task refuses. */
    private static OptionalDouble temperature(JsonNode json) {
        return json.has("temperature")
                ? OptionalDouble.of(json.get("temperature").asDouble(Double.NaN))
                : OptionalDouble.empty();
    }

    private static AnswerRules answerRules(JsonNode json) {
        AnswerRules absent = AnswerRules.DEFAULTS;
        JsonNode threshold = json.path("no_answer_threshold");
        return new AnswerRules(
                json.path("stride").asInt(absent.stride()),
                json.path("max_answer_tokens").asInt(absent.maxAnswerTokens()),
                json.path("candidates").asInt(absent.candidates()),
                threshold.isNumber() ? Optional.of(threshold.asDouble()) : Optional.empty());
    }

    /**
     * Tokens that a text is cut to: those of the training, else 512 or what the model has positions for.
     *
     * @throws CheckpointException where that is more than the model has positions for
     */
    public int maxLength(ModelConfig model) {
        if (trainedLength.orElse(1) > model.maxTokens()) {
            throw new CheckpointException(path + ": max_length is " + trainedLength.getAsInt()
                    + ", the model has room for " + model.maxTokens()
                    + " tokens. Take the file that belongs to this model, or correct the number.");
        }
        return trainedLength.orElse(Math.min(DEFAULT_MAX_LENGTH, model.maxTokens()));
    }

    /**
     * What becomes of longer texts.
     *
     * @param parse gives a name its meaning, or throws {@link IllegalArgumentException}
     * @param absent where the file says nothing
     * @throws CheckpointException where the name has no meaning
     */
    public <T> T longTexts(Function<String, T> parse, T absent) {
        try {
            return longTexts.map(parse).orElse(absent);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(path + ": " + e.getMessage(), e);
        }
    }

    /**
     * A multi-label task with the thresholds and a single-label task with the temperature, where there are some; any other task
     * as it is.
     *
     * @throws CheckpointException where the thresholds do not fit the labels, or the temperature is none
     */
    public Task.OfText apply(Task.OfText task) {
        try {
            if (task instanceof Task.MultiLabel && !thresholds.isEmpty()) {
                return new Task.MultiLabel(task.labels(), thresholds);
            } else if (task instanceof Task.SingleLabel && temperature.isPresent()) {
                return new Task.SingleLabel(task.labels(), temperature.getAsDouble());
            }
            return task;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(path + ": " + e.getMessage(), e);
        }
    }
}
