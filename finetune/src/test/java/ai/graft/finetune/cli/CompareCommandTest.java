package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private Path data;

    @BeforeEach
    void prepare() throws IOException {
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Files.write(
                sources.resolve("vocab.txt"),
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film"));
        Files.writeString(sources.resolve("config.json"), TinyModel.CONFIG);
        model = folder.resolve("model");
        assertThat(CommandRun.of(
                                "init",
                                "--config",
                                sources.resolve("config.json"),
                                "--tokenizer",
                                sources,
                                "--out",
                                model)
                        .exitCode())
                .isZero();
        List<String> rows = new ArrayList<>(List.of("text\tlabel"));
        for (int i = 0; i < 50; i++) {
            rows.add("good film " + i + "\tpos");
            rows.add("bad film " + i + "\tneg");
        }
        data = Files.write(folder.resolve("data.tsv"), rows);
    }

    /** Words tell these labels apart without fail; a tiny random model learns nothing in one epoch: nothing to transfer. */
    @Test
    void compare_everyWay_oneRowEachAndAVerdict() throws IOException {
        CommandRun run = CommandRun.of(
                "compare", "--model", model, "--train", data, "--seeds", 2, "--epochs", 1, "--max-length", 8, "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = run.json();
        List<String> names = new ArrayList<>();
        json.path("contenders").forEach(row -> names.add(row.path("name").asText()));
        assertThat(names)
                .containsExactly("words", model + ", scratch", model + ", frozen", model + ", lora", model + ", full");
        JsonNode words = json.path("contenders").path(0);
        assertThat(words.path("value").asDouble()).isCloseTo(1, within(1e-12));
        assertThat(words.path("seeds")).hasSize(2);
        assertThat(words.path("difference_to_first").asDouble()).isZero();
        assertThat(json.path("verdict").asText()).isIn("hurts", "does_nothing");
        assertThat(json.path("take").asText())
                .isIn("words", model + ", frozen"); // the faster one: both are always right
        assertThat(run.err()).contains("lora, seed 2 of 2").contains("20 rows to judge by");
    }

    @Test
    void compare_asText_fitsAScreen() throws IOException {
        Path test = Files.writeString(folder.resolve("test.tsv"), "text\tlabel\ngood film\tpos\nbad film\tneg\n");
        CommandRun run = CommandRun.of(
                "compare",
                "--model",
                model,
                "--train",
                data,
                "--test",
                test,
                "--ways",
                "words,full",
                "--seeds",
                1,
                "--epochs",
                1,
                "--max-length",
                8);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("2 rows")
                .contains("to words")
                .contains("Transfer does nothing that these 2 rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ways words,soup | --ways names 'soup', expected some of words, scratch, frozen, contrastive, lora, full",
                "--seeds 0 | --seeds is 0, expected 1 or more",
                "--eval-metric mood | there is no metric 'mood' here",
            })
    void compare_wrongUse_refused(String options, String message) {
        List<Object> words = new ArrayList<>(List.of("compare", "--model", model, "--train", data));
        words.addAll(List.of(options.split(" ")));
        CommandRun run = CommandRun.of(words.toArray());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void compare_labelThatTrainingNeverSaw_rowNamed() throws IOException {
        Path test = Files.writeString(folder.resolve("test.tsv"), "text\tlabel\ngood film\tnew\nbad\tneg\n");
        CommandRun run = CommandRun.of("compare", "--model", model, "--train", data, "--test", test, "--ways", "words");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("test.tsv, row 2: label 'new' is not among the 2 labels of training");
    }
}
