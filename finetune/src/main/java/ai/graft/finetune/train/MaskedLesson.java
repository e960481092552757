package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.WordMasking;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** Hidden words of plain texts are to be guessed, other ones in each pass. */
record MaskedLesson(TrainingOptions settings, Task.MaskedWords task, Dataset train, Dataset validation)
        implements Lesson<Adapted> {
    static final int DEFAULT_MAX_LENGTH = 256;

    @Override
    public Loss loss() {
        return Loss.CrossEntropy.plain();
    }

    /** Without a meaning here: {@link DomainAdaptation} always says how many epochs. */
    @Override
    public int labels() {
        return 2;
    }

    @Override
    public String metric() {
        return "perplexity";
    }

    /** What was there before is to be seen beside what comes, and kept where nothing better comes. */
    @Override
    public boolean judgesStart() {
        return true;
    }

    @Override
    public Optional<String> note(PretrainedNetwork pretrained) {
        List<String> missing = pretrained.loaded().report().missing();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("no masked-LM head in the checkpoint: " + String.join(", ", missing)
                        + " begin anew; the perplexity before says nothing of the encoder");
    }

    @Override
    public LengthLimit limit(ModelConfig model) {
        return new LengthLimit(settings.maxLength(model, DEFAULT_MAX_LENGTH), LongTexts.WINDOWS);
    }

    @Override
    public DataFacts facts() {
        return new DataFacts(
                JudgedData.fileName(train.name()), train.description(), validation.description(), train.fingerprint());
    }

    @Override
    public Material prepare(Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        WordMasking masking = tokenizer.wordMasking(task.share());
        int maxLength = limit.maxLength();
        return new Windows(
                PackedTexts.of(train, tokenizer, masking, model, maxLength),
                PackedTexts.of(validation, tokenizer, masking, model, maxLength));
    }

    @Override
    public Adapted model(Task concluded, TorchModel trained) {
        return new Adapted(task, trained);
    }

    /** The windows as rows. */
    private final class Windows implements Material {
        private final PackedTexts texts;
        private final PackedTexts validationTexts;

        Windows(PackedTexts texts, PackedTexts validationTexts) {
            this.texts = texts;
            this.validationTexts = validationTexts;
        }

        @Override
        public int[] lengths() {
            return texts.lengths();
        }

        @Override
        public LabelledBatch batch(int[] rows, long pass) {
            SplittableRandom ofRun = new SplittableRandom(settings.seed());
            return texts.batch(rows, new SplittableRandom(ofRun.nextLong() + pass));
        }

        @Override
        public int texts() {
            return texts.documents();
        }

        @Override
        public int tooLong() {
            return texts.tooLong();
        }

        @Override
        public Optional<String> note() {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%,d tokens in %,d windows, %s of the words hidden; judged by %,d tokens of %,d other documents",
                    texts.tokens(),
                    texts.windows(),
                    task.share(),
                    validationTexts.tokens(),
                    validationTexts.documents()));
        }

        @Override
        public Optional<Evaluation> judge(TorchNetwork network) {
            return judged(network).map(JudgedTexts::evaluation);
        }

        @Override
        public Conclusion conclude(TorchNetwork network) {
            return new Conclusion(task, judged(network).orElseThrow());
        }

        private Optional<JudgedTexts> judged(TorchNetwork network) {
            return validationTexts.judge(network, settings.batchSize());
        }
    }
}
