package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.ResidentMemory;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Memory over many texts, in a process of its own that is set up as {@code ./graft} sets up Java. */
@Tag("slow")
class EvaluationMemoryTest {
    /** Java's own heap is of fixed size here, so that what grows is native. */
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-Dai.djl.offline=true");

    private static final int FEW = 2_000;
    private static final int MANY = 10_000;

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX) // where the system tells how much memory is resident
    void judgeAndPredict_tenThousandTexts_peakOfTwoThousand() throws Exception {
        String config = TinyCheckpoint.config(2, TinyCheckpoint.VOCAB)
                .replace("\"hidden_size\": 16", "\"hidden_size\": 64")
                .replace("\"intermediate_size\": 32", "\"intermediate_size\": 256")
                .replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 128");
        Path base = TinyCheckpoint.write(folder.resolve("base"), config);
        Path model = folder.resolve("model");
        TrainingOptions options =
                TrainingOptions.builder().precision(Precision.FP32).epochs(1).build();
        try (FineTuned tuned = FineTuning.of(base.toString())
                .options(options)
                .train(TinyData.reviews("train", 32, 1), TinyData.reviews("validation", 8, 2))) {
            tuned.save(model);
        }
        List<Long> peaks = soak(model);

        assertThat(peaks).hasSize(2);
        // The C heap wanders by some 30 MB; the activations of the 8,000 texts more would be gigabytes.
        assertThat(peaks.get(1)).isCloseTo(peaks.get(0), withinPercentage(6));
    }

    private static List<Long> soak(Path model) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Soak.class.getName(), model.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines()
                .filter(line -> line.startsWith("peak "))
                .map(line -> Long.valueOf(line.substring("peak ".length())))
                .toList();
    }

    /** Judges and answers two thousand texts, then ten thousand; says after each what the largest resident size was. */
    static final class Soak {
        public static void main(String[] args) {
            try (FineTuned model = FineTuned.open(Path.of(args[0]))) {
                for (int texts : new int[] {FEW, MANY}) {
                    Dataset data = data(texts);
                    List<TextInput> inputs = TokenizedTexts.inputs(data);
                    require(model.judge(data).evaluation().examples() == texts);
                    require(model.predict(inputs).size() == texts);
                    System.out.println("peak " + ResidentMemory.peakBytes().orElseThrow());
                }
            }
            System.out.flush();
            Runtime.getRuntime().halt(0); // PyTorch's threads are no daemons
        }

        private static void require(boolean holds) {
            if (!holds) {
                throw new IllegalStateException("texts were lost");
            }
        }

        /** Lengths of 3 to 152 tokens, of which the model reads 128. */
        private static Dataset data(int rows) {
            Random random = new Random(rows);
            List<Example> examples = new ArrayList<>();
            for (int row = 1; row <= rows; row++) {
                String text = "film ".repeat(random.nextInt(150)) + (row % 2 == 0 ? "good" : "bad");
                examples.add(TinyData.example(text, List.of(row % 2 == 0 ? "good" : "bad"), row));
            }
            return Dataset.of("soak", examples, LabelKind.SINGLE);
        }

        private Soak() {}
    }
}
