package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.graft.model.task.Prediction;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand predictions from eight threads, in a process of its own whose Java heap is of fixed size. */
@Tag("slow")
class PredictorSoakTest {
    /** Java's optimising compiler would go on for tens of thousands of calls, and take memory for what it makes. */
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1");

    private static final int FIRST = 5_000;
    private static final int ALL = 100_000;

    /** 64 bytes a call: a handle that is not closed, or one of the inputs (up to 24 ids of 8 bytes), would be more. */
    private static final long ALLOWED = 6_000_000;

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX) // where the system tells how much memory is resident
    void predict_hundredThousandTimesFromEightThreads_memoryIsFlatAfterTheFirstFiveThousand() throws Exception {
        TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.SequenceClassification(3));
        Path exported = folder.resolve("exported");
        OnnxExporter.export(folder.resolve("model"), exported);
        List<Long> resident = soak(exported);

        assertThat(resident).hasSize(2);
        assertThat(resident.get(1) - resident.get(0)).isLessThan(ALLOWED);
    }

    private static List<Long> soak(Path exported) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, Soak.class.getName(), exported.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines()
                .filter(line -> line.startsWith("resident "))
                .map(line -> Long.valueOf(line.substring("resident ".length())))
                .toList();
    }

    /** Bytes of memory that this process holds. */
    static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Predicts, checks every answer against that of one thread, and says what is resident after each part. */
    static final class Soak {
        public static void main(String[] args) throws Exception {
            List<TextInput> texts = texts();
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try (OnnxPredictor predictor = OnnxPredictor.open(Path.of(args[0]), PredictorOptions.manyTexts())) {
                List<Prediction> expected = new ArrayList<>();
                for (TextInput text : texts) {
                    expected.add(predictor.predict(List.of(text)).get(0));
                }
                predict(predictor, threads, texts, expected, FIRST);
                System.out.println("resident " + resident());
                predict(predictor, threads, texts, expected, ALL - FIRST);
                System.out.println("resident " + resident());
            }
            threads.shutdown();
        }

        private static void predict(
                OnnxPredictor predictor,
                ExecutorService threads,
                List<TextInput> texts,
                List<Prediction> expected,
                int times)
                throws Exception {
            List<Future<?>> workers = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int first = thread;
                workers.add(threads.submit(() -> {
                    for (int i = first; i < times; i += 8) {
                        int text = i % texts.size();
                        Prediction given =
                                predictor.predict(texts.subList(text, text + 1)).get(0);
                        if (!given.equals(expected.get(text))) {
                            throw new IllegalStateException("text " + text + ": " + given);
                        }
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        }

        /** Of 1 to 30 words, of which the model reads 22. */
        private static List<TextInput> texts() {
            Random random = new Random(3);
            List<TextInput> texts = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                texts.add(TextInput.of("a b c ".substring(2 * random.nextInt(3)).repeat(1 + random.nextInt(10))));
            }
            return texts;
        }

        private Soak() {}
    }
}
