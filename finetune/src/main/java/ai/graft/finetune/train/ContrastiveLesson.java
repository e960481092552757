package ai.graft.finetune.train;

import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Pooling;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Few texts with labels teach an encoder which texts mean alike, before a linear head is fitted to its vectors: every pair of a batch is a
 * lesson, and few texts make many pairs (SetFit, Tunstall et al., arXiv 2209.11055). A batch holds each of its rows with another
 * text of the same label, drawn anew in each pass by the seed and the pass's number, so that no batch is without pairs alike.
 *
 * @param texts the data
 * @param labelled what the training texts should be answered with
 * @param pooling how the encoder's hidden states become vectors
 */
record ContrastiveLesson(TextLesson texts, LabelledRows labelled, Pooling pooling) implements Lesson<FineTuned> {
    ContrastiveLesson {
        if (!(texts.task() instanceof Task.SingleLabel)) {
            throw new IllegalArgumentException(
                    "transfer contrastive learns which texts have the same label: it needs one label a text,"
                            + " and the task is " + texts.task().name() + ". Choose another --transfer.");
        }
    }

    @Override
    public Task task() {
        return texts.task();
    }

    @Override
    public Head head() {
        return new Head.TextVector(pooling);
    }

    @Override
    public Head savedHead() {
        return new Head.SequenceClassification(texts.labels(), Optional.of(pooling));
    }

    @Override
    public Loss loss() {
        return new Loss.PairCosine();
    }

    @Override
    public int labels() {
        return texts.labels();
    }

    @Override
    public double epochs(int rows, int batchSize) {
        return Math.max(Lesson.super.epochs(rows, batchSize), LittleData.epochs(rows, batchSize));
    }

    @Override
    public String metric() {
        return texts.metric();
    }

    @Override
    public boolean choosesWeights() {
        return texts.choosesWeights();
    }

    @Override
    public LengthLimit limit(ModelConfig model) {
        return texts.limit(model);
    }

    @Override
    public DataFacts facts() {
        return texts.facts();
    }

    @Override
    public Material prepare(Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return new Pairs(texts.read(tokenizer, model, limit));
    }

    @Override
    public FineTuned model(Task concluded, TorchModel trained) {
        return texts.model(concluded, trained);
    }

    /** The texts, each with the others of its label. */
    private final class Pairs implements Material {
        private final TextLesson.Texts read;
        private final int[] labels; // of each row
        private final List<int[]> alike; // rows of each label

        Pairs(TextLesson.Texts read) {
            this.read = read;
            int[] ids = labelled.ids();
            this.labels = Arrays.stream(read.train()
                            .owners(IntStream.range(0, read.train().rows()).toArray()))
                    .map(text -> ids[text])
                    .toArray();
            this.alike = IntStream.range(0, texts.labels())
                    .mapToObj(label -> IntStream.range(0, labels.length)
                            .filter(row -> labels[row] == label)
                            .toArray())
                    .toList();
        }

        @Override
        public int[] lengths() {
            return read.lengths();
        }

        @Override
        public LabelledBatch batch(int[] rows, long pass) {
            SplittableRandom random = new SplittableRandom(31 * texts.settings().seed() + pass);
            int[] both = Arrays.copyOf(rows, 2 * rows.length);
            for (int i = 0; i < rows.length; i++) {
                both[rows.length + i] = partner(rows[i], random);
            }
            int[] ids = Arrays.stream(both).map(row -> labels[row]).toArray();
            return new LabelledBatch(read.train().batch(both), new Targets.Ids(ids, 0), rows.length);
        }

        /** Another row of the same label; the row itself where there is none. */
        private int partner(int row, SplittableRandom random) {
            int[] others = alike.get(labels[row]);
            if (others.length == 1) {
                return row;
            }
            int drawn = others[random.nextInt(others.length - 1)];
            return drawn == row ? others[others.length - 1] : drawn;
        }

        @Override
        public int texts() {
            return read.texts();
        }

        @Override
        public int tooLong() {
            return read.tooLong();
        }

        @Override
        public Optional<String> note() {
            return read.note();
        }

        /** By a head fitted to the vectors as they are now. */
        @Override
        public Optional<Evaluation> judge(TorchNetwork network) {
            float[][] vectors = Inference.logits(network, read.train());
            float[][] unseen = Inference.logits(network, read.validation());
            return Inference.isFinite(vectors) && Inference.isFinite(unseen)
                    ? Optional.of(read.judge(fit(vectors).logits(unseen)))
                    : Optional.empty();
        }

        @Override
        public Conclusion conclude(TorchNetwork network) {
            LinearHead head = fit(Inference.logits(network, read.train()));
            return read.conclude(head.logits(Inference.logits(network, read.validation())))
                    .with(head);
        }

        private LinearHead fit(float[][] vectors) {
            return LinearHead.fit(
                    texts.task(), vectors, labelled, texts.settings().seed());
        }
    }
}
