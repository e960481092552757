package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft data}; its tokenizer knows "hello", "world" and "##s" and adds two special tokens. */
class DataCommandTest {
    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void makeTokenizer() throws IOException {
        model = TinyModel.sources(Files.createDirectory(folder.resolve("tokenizer")));
    }

    private Path file(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    @Test
    void data_smallFile_isToldOnOneScreen() throws IOException {
        Path file = file(
                "a.tsv",
                "text\tlabel",
                "hello world\tpos",
                "hello worlds\tneg",
                "hello world\tneg",
                "hello " + "world ".repeat(70) + "\tpos",
                "\tpos",
                "hello\t",
                "hello hello\tpos");
        CommandRun run = CommandRun.of("data", "--model", model, file);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
                %s
                rows            7, read as TSV, no quoting, header
                labels          2, the most frequent has 2.0 times the rows of the rarest
                                pos                                 4 ==========================
                                neg                                 2 =============
                tokens          tokenizer: median 4, 90 %% up to 73, longest 73
                                up to 64                            6 ==========================
                                65 to 128                           1 =====
                                129 to 256                          0
                                257 to 512                          0
                                more                                0
                cut at          64: 1 (14.3 %%), 128: 0, 256: 0, 512: 0
                duplicates      1 repeat the text of an earlier row (row 4)
                contradicting   2 share a text but not its labels (rows 2, 4)
                unlabelled      1 have no label (row 7)
                suspicious      1 empty text (row 6)
                """.formatted(file));
        assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(24);
    }

    @Test
    void data_json_hasTheSameFacts() throws IOException {
        Path file = file("a.tsv", "text\tlabel", "hello world\tpos", "hello worlds\tneg", "hello world\tpos");
        Path other = file("b.tsv", "text\tlabel", "hello worlds \tneg", "world\tpos");
        JsonNode json = CommandRun.of("data", "--model", model, file, "--against", other, "--json")
                .json();
        assertThat(json.path("rows").asInt()).isEqualTo(3);
        assertThat(json.path("label_kind").asText()).isEqualTo("single");
        assertThat(json.path("labels").toString()).isEqualTo("{\"neg\":1,\"pos\":2}");
        assertThat(json.path("imbalance").asDouble()).isEqualTo(2);
        assertThat(json.path("tokens").path("median").asInt()).isEqualTo(4);
        assertThat(json.path("tokens").path("max").asInt()).isEqualTo(5);
        assertThat(json.path("tokens").path("longer_than").toString())
                .isEqualTo("{\"64\":0,\"128\":0,\"256\":0,\"512\":0}");
        assertThat(json.path("duplicates").toString()).isEqualTo("{\"count\":1,\"rows\":[4]}");
        assertThat(json.path("overlap").toString()).isEqualTo("{\"count\":1,\"rows\":[3]}");
        assertThat(json.path("suspicious")).isEmpty();
    }

    @Test
    void data_manyLabels_frequentAndRareAreShown() throws IOException {
        List<String> lines = new ArrayList<>(List.of("text\tlabel"));
        for (int label = 1; label <= 20; label++) {
            for (int i = 0; i <= label; i++) {
                lines.add("hello " + label + " " + i + "\tl" + label);
            }
        }
        CommandRun run = CommandRun.of("data", "--model", model, file("a.tsv", lines.toArray(String[]::new)));
        assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(24);
        assertThat(run.out().lines().skip(1)).allMatch(line -> line.length() <= 80);
        assertThat(run.out())
                .contains("labels          20, the most frequent has 10.5 times")
                .containsSubsequence("l20 ", "l19 ", "l18 ", "... 15 more ...", "l2 ", "l1 ");
    }

    @Test
    void data_fileWithoutLabels_isDescribedAllTheSame() throws IOException {
        CommandRun run = CommandRun.of("data", "--model", model, file("a.txt", "hello", "hello world", "worlds"));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("3 rows, no labels")
                .contains("not to train")
                .contains("cannot tell which column");
    }

    @Test
    void data_textOfAMegabyte_isMeasuredAndNamed() throws IOException {
        Path file = file("a.tsv", "text\tlabel", "hello\tx", "world ".repeat(1 << 18) + "\ty", "hello world\tx");
        CommandRun run = CommandRun.of("data", "--model", model, file);
        assertThat(run.out())
                .contains("longest 262,146") // 2^18 words and two special tokens
                .contains("suspicious      1 very long (row 3)");
    }

    @Test
    void data_formsOfFiles_areReadAsTheOptionsSay() throws IOException {
        Path good = file("a.pos", "hello", "hello world");
        Path bad = Files.write(folder.resolve("a.neg"), "h\u00e9llo\n".getBytes(StandardCharsets.ISO_8859_1));
        String files = "pos=" + good + ",neg=" + bad;
        CommandRun run = CommandRun.of("data", "--model", model, files, "--charset", "latin1");
        assertThat(run.out()).contains("rows            3, read as lines of text, ISO-8859-1, one file a label");
        CommandRun wrong = CommandRun.of("data", "--model", model, files);
        assertThat(wrong.exitCode()).isEqualTo(3);
        assertThat(wrong.err()).contains("a.neg, row 1: malformed UTF-8 at byte 1 of the file", "--charset latin1");
    }

    @Test
    void data_wrongUse_isExplained() throws IOException {
        Path file = file("a.tsv", "text\tlabel", "hello\tx");
        refused(CommandRun.of("data", file, "--charset", "latin-eins"), 2, "--charset is 'latin-eins'", "windows-1252");
        refused(CommandRun.of("data", "pos=a,b"), 2, "'pos=a,b' is no file", "'b' in it is no LABEL=FILE");
        refused(CommandRun.of("data", file, "--format", "xml"), 2, "--format is 'xml'", "label-text");
        refused(CommandRun.of("data", file, "--label-separator", ""), 2, "the label separator is empty");
        refused(CommandRun.of("data", folder.resolve("absent.tsv")), 3, "absent.tsv: no such file");
    }

    private static void refused(CommandRun run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(parts).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }
}
