package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Dataset;
import ai.graft.model.checkpoint.ArtifactSource;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.model.checkpoint.PretrainedModel;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.Truncation;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Imported encoders on the engine against the ONNX files that they came from on ONNX Runtime, its optimizations off: real
 * sentences of 3 to 300 tokens in batches of similar length.
 */
@Tag("shared")
class OnnxOriginalTest {
    /** Hidden values reach 10, and two sound fp32 runtimes differ by up to 1.4e-5 over 12 layers. */
    private static final double TOLERANCE = 2e-5;

    private static final Path DATA = Path.of(System.getProperty("graft.shared", ""), "data");
    private static final int SENTENCES = 160;
    private static final int REVIEWS = 40;
    private static final int ROWS = 10;

    @TempDir
    static Path cache; // imported anew, so that today's importer is what is tested

    @ParameterizedTest
    @ValueSource(strings = {"e5-small", "bge-small"})
    void everything_importedEncoder_equalsItsOnnxFile(String name) throws IOException, OrtException {
        Checkpoint checkpoint = Checkpoint.open(
                new PretrainedCache(cache, OnnxOriginalTest.class.getClassLoader(), ArtifactSource.none()).find(name));
        PretrainedNetwork encoder = checkpoint.load(new Head.None(), false, 0);
        List<Inputs> batches = batches(checkpoint.directory());
        assertThat(batches).hasSize((SENTENCES + REVIEWS) / ROWS);
        assertThat(batches.get(batches.size() - 1).columns()).isEqualTo(300);

        try (TorchNetwork torch = TorchNetwork.forPrediction(
                        encoder.network(), encoder.head(), encoder::values, Precision.FP32, ComputeDevice.CPU);
                OrtSession original = session(name)) {
            for (Inputs batch : batches) {
                float[] hidden = torch.everything(batch).get(0);
                assertThat(largestDifference(hidden, run(original, batch), batch))
                        .as("batch of %d tokens a row", batch.columns())
                        .isLessThan(TOLERANCE);
            }
        }
    }

    /** Short sentences of one data set and long ones of another, cut to 300 tokens, from the shortest to the longest. */
    private static List<Inputs> batches(Path directory) throws IOException {
        List<TokenIds> rows = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            Stream.concat(texts("sst2/dev.tsv", SENTENCES), texts("imdb/test.csv.gz", REVIEWS))
                    .forEach(text -> rows.add(tokenizer.ids(text, Optional.empty(), Truncation.longestFirst(300))));
            rows.sort(Comparator.comparingInt(TokenIds::length));
            return IntStream.range(0, rows.size() / ROWS)
                    .mapToObj(i -> Batch.pad(rows.subList(i * ROWS, (i + 1) * ROWS), tokenizer.padId()))
                    .map(b -> new Inputs(b.rows(), b.columns(), b.inputIds(), b.attentionMask(), b.tokenTypeIds()))
                    .toList();
        }
    }

    private static Stream<String> texts(String file, int count) throws IOException {
        return Dataset.read(DATA.resolve(file)).examples().stream().limit(count).map(example -> example.text());
    }

    private static OrtSession session(String name) throws IOException, OrtException {
        String resource = PretrainedModel.of(name).orElseThrow().onnxResource();
        try (InputStream stream = OnnxOriginalTest.class.getClassLoader().getResourceAsStream(resource);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            assertThat(stream).as(resource).isNotNull();
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            return OrtEnvironment.getEnvironment().createSession(stream.readAllBytes(), options);
        }
    }

    private static float[] run(OrtSession session, Inputs batch) throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        feeds.put("input_ids", tensor(batch, batch.inputIds()));
        feeds.put("attention_mask", tensor(batch, batch.attentionMask()));
        feeds.put("token_type_ids", tensor(batch, batch.tokenTypeIds()));
        try (OrtSession.Result result = session.run(feeds)) {
            OnnxTensor hidden = (OnnxTensor) result.get("last_hidden_state").orElseThrow();
            float[] values = new float[hidden.getFloatBuffer().remaining()];
            hidden.getFloatBuffer().get(values);
            return values;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(Inputs batch, int[] values) throws OrtException {
        long[] wide = IntStream.of(values).asLongStream().toArray();
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), LongBuffer.wrap(wide), new long[] {batch.rows(), batch.columns()});
    }

    /** Over all tokens that are no padding. */
    private static double largestDifference(float[] actual, float[] expected, Inputs batch) {
        assertThat(actual).hasSameSizeAs(expected);
        int size = actual.length / batch.attentionMask().length;
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            if (batch.attentionMask()[i / size] == 1) {
                largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
            }
        }
        return largest;
    }
}
