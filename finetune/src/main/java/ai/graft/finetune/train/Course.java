package ai.graft.finetune.train;

import ai.graft.finetune.engine.CpuFeatures;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Lora;
import ai.graft.model.network.LoraNetwork;
import ai.graft.model.network.Pooling;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A training from its checkpoint to its model, whatever the {@link Lesson}. For one thread.
 *
 * @param model what to begin from
 * @param settings all of them
 * @param listener hears how it goes
 * @param stop asked before each step
 * @param weightsCheck may refuse the weights that there will be
 */
record Course(
        String model,
        TrainingOptions settings,
        TrainingListener listener,
        BooleanSupplier stop,
        Consumer<List<WeightSpec>> weightsCheck) {

    /** What a course goes with, once all is opened. */
    private record Desk(
            Checkpoint checkpoint,
            Tokenizer tokenizer,
            LengthLimit limit,
            Precision precision,
            LearningRates rates,
            PretrainedNetwork pretrained,
            TorchNetwork network,
            Material material) {}

    /** Trains. */
    <T extends Trained> T take(Lesson<T> lesson) {
        Checkpoint checkpoint = open();
        ModelConfig config = checkpoint.config().model();
        weightsCheck.accept(ShapeOps.weights(checkpoint.network(), lesson.savedHead()));
        LengthLimit limit = lesson.limit(config);
        Tokenizer tokenizer = tokenizer(checkpoint);
        try {
            // Tokenising runs ahead in other threads while the weights are read and the program is compiled.
            CompletableFuture<Material> material =
                    CompletableFuture.supplyAsync(() -> lesson.prepare(tokenizer, config, limit));
            Precision precision = settings.precision().orElseGet(() -> CpuFeatures.precision(settings.device()));
            LearningRates rates = LearningRates.of(settings, config);
            PretrainedNetwork pretrained = settings.way().begin(checkpoint.load(lesson.head(), true, settings.seed()));
            TorchNetwork network = open(pretrained, lesson, rates, precision);
            try {
                return run(
                        lesson,
                        new Desk(checkpoint, tokenizer, limit, precision, rates, pretrained, network, join(material)));
            } catch (RuntimeException | Error e) {
                if (!holdsModel(e)) {
                    network.close();
                }
                throw e;
            }
        } catch (RuntimeException | Error e) {
            if (!holdsModel(e)) {
                tokenizer.close();
            }
            throw e;
        }
    }

    /**
     * What it begins from.
     *
     * @throws CheckpointException where there is no such model or its files are not sound
     * @throws IllegalArgumentException where it has fewer layers than are to be kept
     */
    Checkpoint open() {
        Checkpoint whole = Checkpoint.open(model);
        return settings.layers().isPresent()
                ? whole.withLayers(settings.layers().getAsInt())
                : whole;
    }

    /** Whether network and tokenizer live on in the model that the exception brings. */
    private static boolean holdsModel(Throwable failure) {
        return failure instanceof TrainingDivergedException diverged
                && diverged.best().isPresent();
    }

    private <T extends Trained> T run(Lesson<T> lesson, Desk desk) {
        int rows = desk.material.lengths().length;
        double epochs = settings.epochs().orElseGet(() -> lesson.epochs(rows, settings.batchSize()));
        BatchPlan plan = BatchPlan.of(
                desk.material.lengths(),
                new TokenBudget(settings.batchTokens(), settings.batchSize()),
                settings.accumulate(),
                epochs,
                settings.seed());
        announce(lesson.task(), desk, rows, epochs, plan);
        TrainingRun run = new TrainingRun(desk.network);
        long start = System.nanoTime();
        loop(lesson, desk, plan).run(run);
        double seconds = (System.nanoTime() - start) / 1e9;
        requireBest(run, plan);
        desk.network.release();
        Ended ended = new Ended(run, epochs, seconds);
        if (!(desk.pretrained.network() instanceof LoraNetwork adapted)) {
            return conclude(lesson, desk, ended, desk.network, Optional.empty());
        }
        LoraAdapter adapter = adapter(desk, adapted.lora());
        TorchNetwork merged = merged(desk, adapted, adapter);
        try {
            desk.network.close();
            return conclude(lesson, desk, ended, merged, Optional.of(adapter));
        } catch (RuntimeException | Error e) {
            if (!holdsModel(e)) {
                merged.close();
            }
            throw e;
        }
    }

    /** What the adapters learned, with all else that was trained. */
    private LoraAdapter adapter(Desk desk, Lora lora) {
        int layers = desk.checkpoint.config().model().numHiddenLayers();
        List<String> frozen = settings.way().frozen(desk.network.weights(), layers);
        Map<String, Tensor> learned = new LinkedHashMap<>();
        for (WeightSpec weight : desk.network.weights()) {
            if (!frozen.contains(weight.name())) {
                learned.put(weight.name(), Tensor.ofFloats(weight.shape(), desk.network.weight(weight)));
            }
        }
        return new LoraAdapter(lora, learned);
    }

    /** The network without adapters that computes the same: what is judged, proven and saved. */
    private TorchNetwork merged(Desk desk, LoraNetwork adapted, LoraAdapter adapter) {
        return TorchNetwork.forPrediction(
                adapted.base(),
                desk.pretrained.head(),
                weight -> adapter.merge(weight, desk.pretrained.values(weight)),
                Precision.FP32,
                settings.device());
    }

    /** The end of a training, before its network is judged once more. */
    private record Ended(TrainingRun run, double epochs, double seconds) {}

    private <T extends Trained> T conclude(
            Lesson<T> lesson, Desk desk, Ended ended, TorchNetwork network, Optional<LoraAdapter> adapter) {
        TrainingRun run = ended.run;
        Material.Conclusion conclusion = desk.material.conclude(network);
        TorchNetwork kept = conclusion
                .fitted()
                .map(head -> withHead(head, lesson, desk, network))
                .orElse(network);
        TrainingReport report = new TrainingReport(
                model,
                settings,
                desk.rates,
                ended.epochs,
                desk.precision,
                run.step,
                ended.seconds,
                run.examples / ended.seconds,
                run.history,
                run.best,
                desk.limit,
                desk.material.texts(),
                desk.material.tooLong(),
                conclusion.judged(),
                lesson.facts(),
                lesson.recorded());
        T trained = lesson.model(
                conclusion.task(),
                new TorchModel(
                        config(desk.checkpoint, conclusion.task(), lesson.savedHead()),
                        desk.tokenizer,
                        desk.limit,
                        kept,
                        Precision.FP32,
                        adapter,
                        Optional.of(report)));
        if (run.divergedLoss.isPresent()) {
            throw new TrainingDivergedException(run.step, run.divergedLoss.getAsDouble(), Optional.of(trained));
        }
        return trained;
    }

    /** The trained encoder with the head that was fitted to it. */
    private TorchNetwork withHead(LinearHead fitted, Lesson<?> lesson, Desk desk, TorchNetwork network) {
        TorchNetwork whole = TorchNetwork.forPrediction(
                desk.pretrained.network(),
                lesson.savedHead(),
                weight -> fitted.values(weight.name()).orElseGet(() -> network.weight(weight)),
                Precision.FP32,
                settings.device());
        network.close();
        return whole;
    }

    private TrainingLoop loop(Lesson<?> lesson, Desk desk, BatchPlan plan) {
        boolean chosen = lesson.choosesWeights();
        int every = settings.evalSteps()
                .orElseGet(() ->
                        chosen ? plan.stepsBetweenEvaluations() : plan.steps().size());
        return new TrainingLoop(
                settings,
                desk.rates,
                desk.checkpoint.config().model().numHiddenLayers(),
                plan,
                desk.material,
                new TrainingLoop.Validation(
                        desk.material::judge,
                        lesson.metric(),
                        every,
                        lesson.judgesStart(),
                        lesson.judgesStart() || !chosen,
                        !chosen),
                listener,
                stop);
    }

    private void announce(Task task, Desk desk, int rows, double epochs, BatchPlan plan) {
        Material material = desk.material;
        listener.note(desk.limit.note(material.tooLong(), material.texts())
                + (material.tooLong() == 0 ? "" : "; --max-length sets the limit")
                + (material.tooLong() == 0 || !(task instanceof Task.OfText) ? "" : ", --long what becomes of them"));
        material.note().ifPresent(listener::note);
        listener.note(String.format(
                Locale.ROOT,
                "%s: %,d examples%s, epochs: %s of %,d steps, %s, learning rate %s",
                task.name(),
                material.texts(),
                rows == material.texts() ? "" : String.format(Locale.ROOT, " in %,d windows", rows),
                epochs == Math.rint(epochs) ? Long.toString((long) epochs) : Double.toString(epochs),
                plan.stepsPerEpoch(),
                desk.precision == Precision.BF16 ? "bf16 (this processor has instructions for it)" : "fp32",
                desk.rates.encoder()));
    }

    private static void requireBest(TrainingRun run, BatchPlan plan) {
        if (run.best.isPresent()) {
            return;
        }
        if (run.divergedLoss.isPresent()) {
            throw new TrainingDivergedException(run.step, run.divergedLoss.getAsDouble(), Optional.empty());
        }
        if (run.stopped) {
            throw new CancellationException("the training was stopped after step " + run.step + " of "
                    + plan.steps().size() + ". No evaluation had taken place, so nothing is kept.");
        }
    }

    /** The configuration of a model with this head. */
    static ConfigFile config(Checkpoint checkpoint, Task task, Head head) {
        String className = checkpoint.network().className(head);
        ConfigFile config = task instanceof Task.OfText text
                ? checkpoint.config().withHead(className, text.labels(), Optional.of(text.problemType()))
                : checkpoint.config().withHead(className, List.of(), Optional.empty());
        return config.withClassifierPooling(head.classifierPooling().map(Pooling::label));
    }

    /** How a model's hidden states become vectors of texts: as its files or its publishers say, else their mean. */
    static Pooling pooling(String model, Checkpoint checkpoint) {
        return SentenceVectors.known(model, checkpoint.directory())
                .map(SentenceVectors::pooling)
                .orElse(Pooling.MEAN);
    }

    private TorchNetwork open(
            PretrainedNetwork pretrained, Lesson<?> lesson, LearningRates rates, Precision precision) {
        lesson.note(pretrained).ifPresent(listener::note);
        TrainingSetup setup = TrainingSetups.of(settings, lesson, pretrained, rates, precision);
        announceShare(pretrained, setup);
        return TorchNetwork.forTraining(
                pretrained.network(), pretrained.head(), pretrained::values, setup, settings.device());
    }

    private void announceShare(PretrainedNetwork pretrained, TrainingSetup setup) {
        Set<String> names =
                setup.groups().stream().flatMap(group -> group.names().stream()).collect(Collectors.toSet());
        List<WeightSpec> weights = ShapeOps.weights(pretrained.network(), pretrained.head());
        long all = weights.stream().mapToLong(WeightSpec::size).sum();
        long trained = weights.stream()
                .filter(weight -> names.contains(weight.name()))
                .mapToLong(WeightSpec::size)
                .sum();
        if (trained < all) {
            listener.note(String.format(
                    Locale.ROOT,
                    "transfer %s, freeze %s: %,d of %,d weights are trained (%.1f %%)",
                    settings.way(),
                    settings.freeze(),
                    trained,
                    all,
                    100.0 * trained / all));
        }
    }

    /** The tokenizer of a checkpoint, which must fit its weights. */
    static Tokenizer tokenizer(Checkpoint checkpoint) {
        Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
        int rows = checkpoint.config().model().vocabSize();
        if (tokenizer.vocabSize() > rows) {
            tokenizer.close();
            throw new CheckpointException(checkpoint.directory() + ": the tokenizer has " + tokenizer.vocabSize()
                    + " tokens, the model's vocab_size is " + rows
                    + ". They are of different models; take the tokenizer files that belong to these weights.");
        }
        return tokenizer;
    }

    private static Material join(CompletableFuture<Material> material) {
        try {
            return material.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
