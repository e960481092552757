package ai.graft.finetune.train;

import ai.graft.model.task.Task;
import ai.graft.model.task.TextLogits;
import ai.graft.serving.predict.Cancellation;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.PredictorOptions;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An exported text classifier or regressor on ONNX Runtime. */
public final class OnnxTextModel implements TextModel {
    private final OnnxPredictor predictor;
    private final PredictorOptions options;
    private final Task.OfText task;

    private OnnxTextModel(OnnxPredictor predictor, PredictorOptions options) {
        this.predictor = predictor;
        this.options = options;
        this.task = predictor.task();
    }

    /**
     * Opens an exported directory.
     *
     * @throws ai.graft.serving.predict.OnnxException as {@link OnnxPredictor#open(Path, PredictorOptions)}
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     */
    public static OnnxTextModel open(Path directory, PredictorOptions options) {
        OnnxPredictor predictor = OnnxPredictor.open(directory, options);
        try {
            return new OnnxTextModel(predictor, options);
        } catch (RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    @Override
    public Task.OfText task() {
        return task;
    }

    @Override
    public LengthLimit limit() {
        return predictor.limit();
    }

    @Override
    public TextLogits read(List<TextInput> texts) {
        return predictor.read(texts, Cancellation.byCaller());
    }

    @Override
    public Map<String, String> runtime() {
        return runtime(predictor, options);
    }

    /** What an exported model runs on. */
    static Map<String, String> runtime(OnnxPredictor predictor, PredictorOptions options) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("ONNX Runtime", predictor.runtimeVersion());
        facts.put("device", options.device().toString());
        facts.put("threads", options.workers() + " workers, " + options.threads() + " each");
        facts.put(
                "precision",
                predictor.metadata().precision() + ", " + predictor.metadata().flavour());
        return facts;
    }

    @Override
    public void close() {
        predictor.close();
    }
}
