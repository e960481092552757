package ai.graft.model.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that saves model upon model into one place and is killed at any moment. */
@Timeout(60)
class KilledWriterTest {
    private static final int ELEMENTS = 200_000;
    private static final int KILLS = 5;
    private static final int LONGEST_MILLIS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** Saves models whose every number is that of the model, until it is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            Path target = Path.of(arguments[0]);
            for (int model = Integer.parseInt(arguments[1]); ; model++) {
                save(target, model);
                System.out.println("saved " + model);
            }
        }

        private static void save(Path target, int model) {
            String json = """
                    {"model_type": "bert", "vocab_size": 8, "hidden_size": 4, "num_hidden_layers": 1,
                     "num_attention_heads": 2, "intermediate_size": 6, "max_position_embeddings": 10, "model": %d}
                    """.formatted(model);
            float[] elements = new float[ELEMENTS];
            Arrays.fill(elements, model);
            Tensor tensor = Tensor.ofFloats(List.of(ELEMENTS), elements);
            try (AtomicDirectory output = AtomicDirectory.replaceOutput(target, "graft.json")) {
                output.write("config.json", file -> Files.writeString(file, json));
                output.write("graft.json", file -> Files.writeString(file, json));
                output.write(
                        "model.safetensors", file -> SafetensorsFile.write(file, Map.of("a", tensor, "b", tensor)));
                output.commit();
            }
        }
    }

    @Test
    void kill_whileSaving_modelIsWholeAndTheNextWriterCleansUp() throws Exception {
        Path target = folder.resolve("model");
        Random moments = new Random();
        for (int kill = 0; kill < KILLS; kill++) {
            int first = 1 + kill * 10_000;
            killAfterFirstSave(target, first, moments.nextInt(LONGEST_MILLIS));
            assertThat(wholeModel(target)).isGreaterThanOrEqualTo(first);
        }

        Writer.save(target, 99_999);

        assertThat(wholeModel(target)).isEqualTo(99_999);
        try (Stream<Path> names = Files.list(folder)) {
            assertThat(names).containsExactly(target);
        }
    }

    private static void killAfterFirstSave(Path target, int model, int millis) throws Exception {
        Process writer = ChildJvm.start(Writer.class, List.of("-XX:TieredStopAtLevel=1"), target, model);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
            assertThat(output.readLine()).isEqualTo("saved " + model);
            Thread.sleep(millis);
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    /** The model's number, which stands in each of its files. */
    private static int wholeModel(Path target) throws IOException {
        Checkpoint checkpoint = Checkpoint.open(target);
        int model = JSON.readTree(target.resolve("graft.json").toFile())
                .path("model")
                .asInt();
        assertThat(JSON.readTree(checkpoint.config().toJson()).path("model").asInt())
                .isEqualTo(model);
        assertThat(checkpoint.weights().tensors()).containsOnlyKeys("a", "b");
        for (Tensor tensor : checkpoint.weights().tensors().values()) {
            FloatBuffer elements = tensor.data().asFloatBuffer();
            assertThat(elements.remaining()).isEqualTo(ELEMENTS);
            while (elements.hasRemaining()) {
                if (elements.get() != model) {
                    throw new AssertionError("element " + (elements.position() - 1) + " is not of model " + model);
                }
            }
        }
        return model;
    }
}
