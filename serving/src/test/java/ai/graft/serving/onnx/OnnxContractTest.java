package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture below every head on ONNX Runtime, as written and as optimized, judged by the reference interpreter. */
class OnnxContractTest {
    /** Two sound fp32 computations of such networks lie up to 4e-6 apart: some dozen roundings of 6e-8 at values up to 5. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    static Stream<Arguments> networks() {
        return TinyCheckpoint.CONFIGS.stream()
                .flatMap(config -> TinyCheckpoint.HEADS.stream().map(head -> Arguments.of(config, head)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void graph_anyBatchAndOptimization_agreesWithReference(String config, Head head) throws IOException, OrtException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        Path file = file(tiny, false);
        int longest = tiny.network().config().maxTokens();
        List<Inputs> batches =
                List.of(tiny.batch(7, 7, 2, 1, 5), tiny.batch(1, 1), tiny.batch(longest, longest), tiny.batch(3, 3, 3));

        for (OptLevel level : List.of(OptLevel.NO_OPT, OptLevel.BASIC_OPT, OptLevel.ALL_OPT)) {
            try (OrtSession session = Ort.open(file, level)) {
                for (Inputs batch : batches) {
                    assertClose(Ort.run(session, batch), tiny.reference(batch));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void graph_weightsInAFileOfTheirOwn_computesTheSameBits(String config, Head head) throws IOException, OrtException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        Inputs batch = tiny.batch(7, 7, 2, 1, 5);
        Map<String, float[]> inside;
        try (OrtSession session = Ort.open(file(tiny, false), OptLevel.ALL_OPT)) {
            inside = Ort.run(session, batch);
        }
        Path apart = file(tiny, true);
        assertThat(apart.resolveSibling("apart.onnx.data")).isNotEmptyFile();
        try (OrtSession session = Ort.open(apart, OptLevel.ALL_OPT)) {
            Map<String, float[]> outputs = Ort.run(session, batch);
            assertThat(outputs.keySet()).isEqualTo(inside.keySet());
            outputs.forEach((name, values) -> assertThat(values).isEqualTo(inside.get(name)));
        }
    }

    /** A row of nothing but padding must not spoil its neighbours with NaN. */
    @ParameterizedTest
    @MethodSource("networks")
    void graph_rowOfPaddingAlone_isFinite(String config, Head head) throws IOException, OrtException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        try (OrtSession session = Ort.open(file(tiny, false), OptLevel.ALL_OPT)) {
            Ort.run(session, tiny.batch(3, 3, 0)).forEach((name, values) -> {
                for (float value : values) {
                    assertThat(value).as(name).isFinite();
                }
            });
        }
    }

    private Path file(TinyCheckpoint tiny, boolean external) throws IOException {
        Path file = folder.resolve(external ? "apart.onnx" : "one.onnx");
        ExportGraph graph =
                NetworkGraph.of(Checkpoint.open(tiny.directory()).load(tiny.head(), false, 0), ExportOptions.DEFAULT);
        assertThat(OnnxFile.write(file, graph, Map.of(), external)).isEqualTo(external);
        OnnxChecker.check(file);
        return file;
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, double[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] given = actual.getOrDefault(name, new float[0]);
            assertThat(given).as(name).hasSize(values.length);
            for (int i = 0; i < values.length; i++) {
                assertThat((double) given[i]).as("%s, value %d", name, i).isCloseTo(values[i], within(TOLERANCE));
            }
        });
    }
}
