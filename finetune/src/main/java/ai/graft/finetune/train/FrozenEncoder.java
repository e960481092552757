package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.checkpoint.Sha256;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.serving.onnx.SourceFingerprint;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * An encoder that is not trained, and how its hidden states become vectors of texts: pooled as the model's files or its publishers say, else as their
 * mean. A head on top of it is left out. It holds nothing open: PyTorch is loaded while texts are read.
 *
 * @param recipe how hidden states become a vector
 * @param limit how much of a text is read: 256 tokens from its beginning, or what the model has room for
 */
public record FrozenEncoder(Checkpoint checkpoint, SentenceVectors recipe, LengthLimit limit) {
    private static final SentenceVectors UNKNOWN = new SentenceVectors(Pooling.MEAN, false);
    private static final int TEXTS_TOGETHER = 4096;

    /** The files that tokenizers are read from. */
    private static final List<String> TOKENIZER_FILES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt");

    /**
     * Finds an encoder.
     *
     * @throws CheckpointException where there is no such model or its files are not sound
     */
    public static FrozenEncoder open(String nameOrDirectory) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        ModelConfig model = checkpoint.config().model();
        int maxLength = Math.min(TextLesson.DEFAULT_MAX_LENGTH, model.maxTokens());
        return new FrozenEncoder(
                checkpoint,
                SentenceVectors.known(nameOrDirectory, checkpoint.directory()).orElse(UNKNOWN),
                new LengthLimit(maxLength, LongTexts.HEAD));
    }

    /** Numbers in a vector. */
    public int size() {
        return checkpoint.config().model().hiddenSize();
    }

    /** SHA-256 over all that decides what becomes of a text: weights, configuration, tokenizer, pooling and length. */
    public String fingerprint() {
        MessageDigest digest = Sha256.digest();
        put(digest, SourceFingerprint.of(checkpoint));
        for (String name : TOKENIZER_FILES) {
            Path file = checkpoint.directory().resolve(name);
            put(digest, name + " " + (Files.exists(file) ? checksum(file) : "-"));
        }
        put(digest, recipe.pooling() + " " + recipe.normalized() + " " + limit.maxLength() + " " + limit.beyond());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void put(MessageDigest digest, String part) {
        digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String checksum(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e + ". Check that it may be read.", e);
        }
    }

    /**
     * The vectors (B, H) of the data's texts, in their order.
     *
     * @param done is told now and then how many texts have been read
     * @throws CheckpointException where a vector is not finite
     */
    public float[][] read(Dataset data, ComputeDevice device, IntConsumer done) {
        Head head = new Head.None();
        PretrainedNetwork pretrained = checkpoint.load(head, false, 0);
        List<TextInput> texts = TokenizedTexts.inputs(data);
        float[][] vectors = new float[texts.size()][];
        try (Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
                TorchNetwork network = TorchNetwork.forPrediction(
                        pretrained.network(), head, pretrained::values, Precision.FP32, device)) {
            for (int from = 0; from < vectors.length; from += TEXTS_TOGETHER) {
                int to = Math.min(vectors.length, from + TEXTS_TOGETHER);
                TokenizedTexts part = TokenizedTexts.of(
                        texts.subList(from, to), tokenizer, checkpoint.config().model(), limit);
                int before = from;
                float[][] read = read(network, part, count -> done.accept(before + count));
                System.arraycopy(read, 0, vectors, from, read.length);
            }
        }
        requireFinite(vectors, data);
        return vectors;
    }

    /** Every text is one row: it is cut at its end, never read in windows. */
    private float[][] read(TorchNetwork network, TokenizedTexts texts, IntConsumer done) {
        float[][] vectors = new float[texts.texts()][];
        int count = 0;
        for (int[] group : Inference.BUDGET.group(texts.lengths())) {
            Inputs batch = texts.batch(group);
            float[] pooled = recipe.pooling().apply(network.everything(batch).get(0), batch);
            float[] scaled = recipe.normalized() ? Pooling.normalized(pooled, size()) : pooled;
            for (int i = 0; i < group.length; i++) {
                vectors[group[i]] = Arrays.copyOfRange(scaled, i * size(), (i + 1) * size());
            }
            count += group.length;
            done.accept(count);
        }
        return vectors;
    }

    private void requireFinite(float[][] vectors, Dataset data) {
        for (int i = 0; i < vectors.length; i++) {
            if (!Inference.isFinite(vectors[i])) {
                throw new CheckpointException(checkpoint.directory() + ": the vector of " + data.name() + ", row "
                        + data.examples().get(i).row() + " holds a number that is not finite. The weights are damaged;"
                        + " fetch them again.");
            }
        }
    }
}
