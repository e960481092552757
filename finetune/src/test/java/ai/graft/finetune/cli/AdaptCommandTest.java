package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command adapt on a tiny model: right use, and every wrong use with its message. */
class AdaptCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private Path corpus;

    @BeforeEach
    void prepare() throws IOException {
        model = TinyModel.in(folder);
        corpus = Files.write(folder.resolve("corpus.txt"), Collections.nCopies(30, "hello worlds"));
    }

    private CommandRun adapt(Object... more) {
        Object[] words = {"adapt", "--model", model, "--out", folder.resolve("out"), "--threads", 1};
        return CommandRun.of(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    }

    @Test
    void adapt_plainText_reportsBothPerplexitiesAndTrainTakesTheModel() throws IOException {
        CommandRun run = adapt("--corpus", corpus, "--epochs", 3, "--lr", 0.01, "--max-length", 10, "--json");
        JsonNode json = run.json();

        assertThat(json.path("perplexity").asDouble())
                .isPositive()
                .isLessThan(json.path("perplexity_before").asDouble());
        for (String key :
                List.of("documents", "steps", "seconds", "tokens_per_second", "perplexity_interval", "loss")) {
            assertThat(json.has(key)).as(key).isTrue();
        }
        assertThat(json.path("documents").asInt()).isEqualTo(28);
        assertThat(json.at("/best/metric").asText()).isEqualTo("perplexity");
        assertThat(run.err()).contains("tokens/s", " left", "masked-lm: 28 examples in 14 windows");

        Path labelled = Files.writeString(
                folder.resolve("labelled.tsv"), "text\tlabel\n" + "hello\tyes\nworld\tno\n".repeat(10));
        CommandRun tuned = CommandRun.of(
                "train",
                "--model",
                folder.resolve("out"),
                "--train",
                labelled,
                "--out",
                folder.resolve("tuned"),
                "--max-length",
                10,
                "--epochs",
                1);
        assertThat(tuned.exitCode()).as(tuned.err()).isZero();
        CommandRun wrong = CommandRun.of("predict", "--model", folder.resolve("out"), "hello");
        assertThat(wrong.exitCode()).isEqualTo(3);
        assertThat(wrong.err()).contains("BertForMaskedLM").contains("graft train");
    }

    @Test
    void adapt_gzippedText_isReadAndPeopleSeeALine() throws IOException {
        Path packed = folder.resolve("corpus.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("hello world\n\nworlds hello\n".repeat(10).getBytes(StandardCharsets.UTF_8));
        }
        CommandRun run = adapt("--corpus", packed, "--validation", corpus, "--max-length", 10);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("before: perplexity ", "95 % interval", " tokens/s, best after step ");
        assertThat(run.err()).contains("judged by", "30 other documents");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--mask 0; mask is 0.0, expected a share of the words above 0 and at most 0.9",
                "--mask 0.95; mask is 0.95, expected a share of the words above 0 and at most 0.9",
                "--max-length 3; max-length is 3, expected 4 or more",
                "--max-length 11; max-length is 11, the model has room for 10 tokens",
                "--epochs 0; epochs is 0.0, expected above 0 and finite",
                "--batch-size 0; batch-size is 0, expected 1 or more",
                "--lr 2; lr is 2.0, expected above 0 and below 1",
            })
    void adapt_wrongOption_isNamedAndNothingIsWritten(String options, String message) {
        Object[] words = Stream.concat(Stream.of("--corpus", corpus), Stream.of(options.split(" ")))
                .toArray();
        CommandRun run = adapt(words);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("graft: " + message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void adapt_unusableCorpus_saysWhatIsWrong() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        Path one = Files.writeString(folder.resolve("one.txt"), "hello world\n\n");

        assertThat(adapt("--corpus", folder.resolve("missing.txt")))
                .returns(3, CommandRun::exitCode)
                .satisfies(run -> assertThat(run.err()).contains("missing.txt: no such file"));
        assertThat(adapt("--corpus", empty))
                .returns(3, CommandRun::exitCode)
                .satisfies(run -> assertThat(run.err()).contains("empty.txt: is empty"));
        assertThat(adapt("--corpus", one))
                .returns(3, CommandRun::exitCode)
                .satisfies(run -> assertThat(run.err()).contains("one.txt: holds one document"));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void adapt_outputHoldsOtherFiles_isRefusedAndLeftAlone() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.writeString(out.resolve("letter.txt"), "mine");
        CommandRun run = adapt("--corpus", corpus);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains(out.toString());
        assertThat(out).isDirectoryContaining("glob:**/letter.txt");
    }
}
