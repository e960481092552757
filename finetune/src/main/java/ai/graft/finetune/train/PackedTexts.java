package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.MaskedEvaluation;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Loss;
import ai.graft.tokenizer.MaskedIds;
import ai.graft.tokenizer.PackedWindow;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.WordMasking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Documents packed into windows, of which words are hidden whenever they are batched. Immutable. */
final class PackedTexts {
    /** What judges a network hides the same words each time, whatever the training's seed. */
    private static final long JUDGING_SEED = 42;

    private final List<String> documents;
    private final List<PackedWindow> windows;
    private final WordMasking masking;
    private final ModelConfig model;
    private final int maxLength;

    private PackedTexts(
            List<String> documents, List<PackedWindow> windows, WordMasking masking, ModelConfig model, int maxLength) {
        this.documents = documents;
        this.windows = windows;
        this.masking = masking;
        this.model = model;
        this.maxLength = maxLength;
    }

    static PackedTexts of(Dataset corpus, Tokenizer tokenizer, WordMasking masking, ModelConfig model, int maxLength) {
        List<String> documents = corpus.examples().stream().map(Example::text).toList();
        List<PackedWindow> windows = tokenizer.pack(documents, maxLength);
        if (windows.isEmpty()) {
            throw new DatasetException(corpus.name() + ": none of its " + documents.size()
                    + " documents has a word that the model's vocabulary knows. Take another file, or a model of its"
                    + " language.");
        }
        return new PackedTexts(documents, windows, masking, model, maxLength);
    }

    int documents() {
        return documents.size();
    }

    int windows() {
        return windows.size();
    }

    long tokens() {
        return windows.stream().mapToLong(PackedWindow::length).sum();
    }

    int[] lengths() {
        return windows.stream().mapToInt(PackedWindow::length).toArray();
    }

    /** Documents that do not fit into one window. */
    int tooLong() {
        return (int) Arrays.stream(documentLengths())
                .filter(length -> length > maxLength)
                .count();
    }

    /** Tokens of each document with one that begins and one that ends it. */
    private int[] documentLengths() {
        int[] lengths = new int[documents.size()];
        Arrays.fill(lengths, 2);
        for (PackedWindow window : windows) {
            for (int document : window.documents()) {
                if (document != PackedWindow.NONE) {
                    lengths[document]++;
                }
            }
        }
        return lengths;
    }

    /** Some windows with words hidden, as the random numbers say. */
    LabelledBatch batch(int[] rows, SplittableRandom random) {
        return batch(rows, masked(rows, random));
    }

    private List<MaskedIds> masked(int[] rows, SplittableRandom random) {
        return Arrays.stream(rows)
                .mapToObj(row -> masking.mask(windows.get(row), random))
                .toList();
    }

    private LabelledBatch batch(int[] rows, List<MaskedIds> masked) {
        List<TokenIds> ids = masked.stream().map(MaskedIds::ids).toList();
        Inputs inputs =
                IdRows.of(ids, model).batch(IntStream.range(0, rows.length).toArray());
        int[] labels = new int[inputs.rows() * inputs.columns()];
        Arrays.fill(labels, Loss.IGNORED);
        int tokens = 0;
        for (int i = 0; i < rows.length; i++) {
            int[] original = windows.get(rows[i]).inputIds();
            tokens += original.length;
            for (int place : masked.get(i).places()) {
                labels[i * inputs.columns() + place] = original[place];
            }
        }
        return new LabelledBatch(inputs, new Targets.Ids(labels, inputs.columns()), tokens);
    }

    /**
     * How well the network guesses hidden words, document by document; the same words are hidden each time. Documents of which
     * no word was hidden are left out. Empty where the network's numbers are not finite.
     *
     * @param batchSize windows at once
     */
    Optional<JudgedTexts> judge(TorchNetwork network, int batchSize) {
        double[] sums = new double[documents.size()];
        int[] counts = new int[documents.size()];
        SplittableRandom random = new SplittableRandom(JUDGING_SEED);
        TokenBudget budget = new TokenBudget(batchSize * maxLength, batchSize);
        for (int[] rows : budget.group(lengths())) {
            List<MaskedIds> masked = masked(rows, random);
            LabelledBatch batch = batch(rows, masked);
            float[] losses = network.tokenLosses(batch.inputs(), (Targets.Ids) batch.targets());
            if (!Inference.isFinite(losses)) {
                return Optional.empty();
            }
            int next = 0;
            for (int i = 0; i < rows.length; i++) {
                int[] owners = windows.get(rows[i]).documents();
                for (int place : masked.get(i).places()) {
                    sums[owners[place]] += losses[next++];
                    counts[owners[place]]++;
                }
            }
        }
        return Optional.of(judged(sums, counts));
    }

    private JudgedTexts judged(double[] sums, int[] counts) {
        int[] lengths = documentLengths();
        List<String> texts = new ArrayList<>();
        int[] asked =
                IntStream.range(0, counts.length).filter(i -> counts[i] > 0).toArray();
        for (int document : asked) {
            texts.add(documents.get(document));
        }
        return new JudgedTexts(
                MaskedEvaluation.of(
                        Arrays.stream(asked).mapToDouble(i -> sums[i]).toArray(),
                        Arrays.stream(asked).map(i -> counts[i]).toArray()),
                texts,
                Arrays.stream(asked).map(i -> lengths[i]).toArray(),
                maxLength);
    }
}
