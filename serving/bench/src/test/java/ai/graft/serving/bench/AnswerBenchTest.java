package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs with two questions: shows that it works, measures nothing. */
class AnswerBenchTest {
    @TempDir
    Path folder;

    private Path questions;

    @BeforeEach
    void writeQuestions() throws IOException {
        questions = Files.writeString(folder.resolve("questions.csv"), """
                question,context,answer,start
                a b,c d e f,d,2
                g,h i j k l m n o p q r s t u v w,q,18
                """);
    }

    private JsonNode run(String... more) throws IOException {
        StringWriter out = new StringWriter();
        CommandLine command = BenchMain.commandLine().setOut(new PrintWriter(out));
        String[] arguments = {"answers", "--questions", questions.toString(), "--warm-up", "0", "--json"};
        int code =
                command.execute(Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new));
        assertThat(code).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void answers_twoQuestions_countsWindowsAndPadding() throws IOException {
        Path checkpoint = folder.resolve("checkpoint");
        TinyCheckpoint.write(checkpoint, TinyCheckpoint.BERT, new Head.QuestionAnswering());
        Path export = folder.resolve("export");
        OnnxExporter.export(checkpoint.toString(), export, ExportOptions.DEFAULT);

        JsonNode json = run("--exports", export.toString(), "--rounds", "1");

        // [CLS] a b [SEP] c d e f [SEP] and [CLS] g [SEP] h … w [SEP]: 9 and 20 of at most 24 tokens.
        assertThat(json.path("questions").asInt()).isEqualTo(2);
        assertThat(json.path("windows").asInt()).isEqualTo(2);
        assertThat(json.path("tokens").asInt()).isEqualTo(29);
        assertThat(json.path("padding_share").asDouble()).isEqualTo(1 - 29.0 / 40);
        assertThat(json.path("padding_share_in_order").asDouble()).isEqualTo(1 - 29.0 / 40);
        assertThat(json.path("results")).hasSize(3);
        assertThat(json.path("results").path(2).path("name").asText())
                .isEqualTo("export, in one call, a worker a core");
    }
}
