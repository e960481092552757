package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.features.FeatureCache;
import ai.graft.finetune.report.History;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Pooling;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.Tokenizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The way without steps: the encoder stays as it is and reads each text once, its vectors are kept on disk, and a linear head is fitted to them. What
 * comes out is a model as any other.
 *
 * @param model what it begins from
 * @param listener hears how it goes
 * @param weightsCheck may refuse the weights that there will be
 */
record FrozenCourse(
        String model,
        TrainingOptions settings,
        TrainingListener listener,
        Consumer<List<WeightSpec>> weightsCheck,
        FeatureCache cache) {

    /** Fits. */
    FineTuned take(TextLesson lesson, Dataset train) {
        Checkpoint checkpoint = Checkpoint.open(model);
        ModelConfig config = checkpoint.config().model();
        LengthLimit limit = lesson.limit(config);
        requireWhole(limit);
        if (settings.layers().isPresent()) {
            throw new IllegalArgumentException(
                    "--layers takes layers out of an encoder, which must then learn to do without; --transfer frozen trains nothing. Leave one out.");
        }
        Pooling pooling = Course.pooling(model, checkpoint);
        Head head = new Head.SequenceClassification(lesson.labels(), Optional.of(pooling));
        weightsCheck.accept(ShapeOps.weights(checkpoint.network(), head));
        Tokenizer tokenizer = Course.tokenizer(checkpoint);
        try {
            TextLesson.Texts texts = lesson.read(tokenizer, config, limit);
            FrozenEncoder encoder = new FrozenEncoder(checkpoint, new SentenceVectors(pooling, false), limit);
            long start = System.nanoTime();
            float[][] vectors = vectors(encoder, train);
            LinearHead fitted =
                    LinearHead.fit(lesson.task(), vectors, LabelledRows.of(lesson.task(), train), settings.seed());
            Material.Conclusion conclusion = texts.conclude(fitted.logits(vectors(encoder, lesson.validation())));
            double seconds = (System.nanoTime() - start) / 1e9;
            TrainingReport report = report(lesson, texts, config, conclusion, limit, seconds);
            PretrainedNetwork pretrained = checkpoint.load(head, true, settings.seed());
            TorchNetwork network = TorchNetwork.forPrediction(
                    pretrained.network(),
                    head,
                    weight -> fitted.values(weight.name()).orElseGet(() -> pretrained.values(weight)),
                    Precision.FP32,
                    settings.device());
            return lesson.model(
                    conclusion.task(),
                    new TorchModel(
                            Course.config(checkpoint, conclusion.task(), head),
                            tokenizer,
                            limit,
                            network,
                            Precision.FP32,
                            Optional.empty(),
                            Optional.of(report)));
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** A window is an example in a training in steps; vectors are of texts. */
    private static void requireWhole(LengthLimit limit) {
        if (limit.beyond() == LongTexts.WINDOWS) {
            throw new IllegalArgumentException(
                    "--long windows has no meaning with --transfer frozen, which reads each text once; choose head or head-tail");
        }
    }

    private float[][] vectors(FrozenEncoder encoder, Dataset data) {
        Features features = Features.of(
                data,
                encoder,
                cache,
                settings::device,
                done -> listener.note(
                        String.format(Locale.ROOT, "%s: %,d of %,d texts", data.name(), done, data.size())));
        listener.note(String.format(
                Locale.ROOT,
                "%s: %,d vectors of %d %s",
                data.name(),
                data.size(),
                features.size(),
                features.cached() ? "read from " + cache.root() : "computed and kept in " + cache.root()));
        return features.rows();
    }

    private TrainingReport report(
            TextLesson lesson,
            TextLesson.Texts texts,
            ModelConfig config,
            Material.Conclusion conclusion,
            LengthLimit limit,
            double seconds) {
        double value = conclusion.judged().evaluation().metric(lesson.metric());
        return new TrainingReport(
                model,
                settings,
                LearningRates.of(settings, config),
                0,
                Precision.FP32,
                0,
                seconds,
                texts.texts() / seconds,
                new History(),
                Optional.of(new BestWeights(0, lesson.metric(), value)),
                limit,
                texts.texts(),
                texts.tooLong(),
                conclusion.judged(),
                lesson.facts(),
                lesson.recorded());
    }
}
