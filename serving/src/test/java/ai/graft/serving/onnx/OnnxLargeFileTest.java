package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.model.network.Inputs;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that no single protobuf message can hold. */
@Tag("slow")
class OnnxLargeFileTest {
    private static final int ROWS = 1 << 14;
    private static final int COLUMNS = 17_000; // 4 bytes each: 1.1 GB a table

    @TempDir
    Path folder;

    @Test
    void write_moreThanTwoGigabytes_putsTheWeightsApart() throws IOException, OrtException {
        ByteBuffer table = Initializer.littleEndian(4 * ROWS * COLUMNS);
        table.putFloat(4 * (7 * COLUMNS + 3), 0.5f);
        GraphBuilder graph = new GraphBuilder();
        String ids = graph.input("input_ids", "batch", "sequence");
        String first = gather(graph, "first", ids, table);
        String second = gather(graph, "second", ids, table);
        graph.output(graph.node("Add", List.of(first, second)), "sum", "batch", "sequence", COLUMNS);
        Path file = folder.resolve("large.onnx");

        assertThat(OnnxFile.write(file, graph.build("large", Map.of()), Map.of(), false))
                .isTrue();

        assertThat(Files.size(folder.resolve("large.onnx.data"))).isEqualTo(2L * 4 * ROWS * COLUMNS);
        try (OrtSession session = Ort.open(file, OptLevel.ALL_OPT)) {
            Inputs inputs = new Inputs(1, 2, new int[] {7, 8}, new int[2], new int[2]);
            float[] sum = Ort.run(session, inputs).getOrDefault("sum", new float[0]);
            assertThat(sum).hasSize(2 * COLUMNS);
            assertThat(sum[3]).isEqualTo(1);
            assertThat(sum[COLUMNS + 3]).isZero();
        }
    }

    private static String gather(GraphBuilder graph, String name, String ids, ByteBuffer table) {
        String weight = graph.add(Initializer.ofFloats(name, List.of(ROWS, COLUMNS), table::duplicate));
        return graph.node("Gather", List.of(weight, ids));
    }
}
