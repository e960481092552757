package ai.graft.finetune.train;

import ai.graft.model.task.FoundAnswer;
import ai.graft.model.task.Task;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.PredictorOptions;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An exported model that answers questions on ONNX Runtime. */
public final class OnnxAnswerer implements Answerer {
    private final OnnxPredictor predictor;
    private final PredictorOptions options;
    private final Task.QuestionAnswering task;

    private OnnxAnswerer(OnnxPredictor predictor, PredictorOptions options) {
        this.predictor = predictor;
        this.options = options;
        this.task = new Task.QuestionAnswering(predictor.answerRules());
    }

    /**
     * Opens an exported directory.
     *
     * @throws ai.graft.serving.predict.OnnxException as {@link OnnxPredictor#open(Path, PredictorOptions)}
     * @throws IllegalArgumentException where the model answers no questions
     */
    public static OnnxAnswerer open(Path directory, PredictorOptions options) {
        OnnxPredictor predictor = OnnxPredictor.open(directory, options);
        try {
            return new OnnxAnswerer(predictor, options);
        } catch (RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    @Override
    public Task.QuestionAnswering task() {
        return task;
    }

    @Override
    public LengthLimit limit() {
        return new LengthLimit(predictor.limit().maxLength(), LongTexts.WINDOWS);
    }

    @Override
    public List<FoundAnswer> answer(List<TextInput> questions) {
        return Answers.inParts(questions, predictor::answerQuestions);
    }

    @Override
    public Map<String, String> runtime() {
        return OnnxTextModel.runtime(predictor, options);
    }

    @Override
    public void close() {
        predictor.close();
    }
}
