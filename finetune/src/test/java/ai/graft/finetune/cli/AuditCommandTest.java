package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.model.checkpoint.PretrainedCache;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code graft audit} and {@code graft rank} with an encoder of random weights that knows two words. A text is of the class of the word that it has more often: its
 * mean vector says so.
 */
class AuditCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private String cacheBefore = "";

    @BeforeEach
    void makeModel() throws IOException {
        cacheBefore = System.getProperty(PretrainedCache.DIRECTORY_PROPERTY, "");
        System.setProperty(
                PretrainedCache.DIRECTORY_PROPERTY, folder.resolve("cache").toString());
        model = TinyModel.in(folder);
    }

    @AfterEach
    void putBack() {
        System.setProperty(PretrainedCache.DIRECTORY_PROPERTY, cacheBefore);
    }

    /** All texts of 3, 5 or 7 of the two words. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (int length = 3; length <= 7; length += 2) {
            for (int bits = 0; bits < 1 << length; bits++) {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < length; i++) {
                    text.append((bits >> i & 1) == 1 ? "world " : "hello ");
                }
                rows.add(text.toString().strip() + "\t" + (2 * Integer.bitCount(bits) > length ? "w" : "h"));
            }
        }
        return rows;
    }

    private Path file(String name, List<String> rows) throws IOException {
        List<String> lines = new ArrayList<>(List.of("text\tlabel"));
        lines.addAll(rows);
        return Files.write(folder.resolve(name), lines);
    }

    private CommandRun audit(Object... more) {
        List<Object> words = new ArrayList<>(List.of("audit", "--model", model));
        words.addAll(List.of(more));
        if (!words.contains("--similar")) {
            words.addAll(List.of("--similar", "1")); // vectors of four numbers are soon alike
        }
        return CommandRun.of(words.toArray());
    }

    @Test
    void audit_wrongLabels_areTheFirstOnesListed() throws IOException {
        List<String> rows = rows();
        rows.set(0, "hello hello hello\tw"); // rows 2 and 169 of the file
        rows.set(167, "world world world world world world world\th");
        Path out = folder.resolve("found.csv");
        CommandRun run = audit("--train", file("a.tsv", rows), "--out", out);
        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.get(0)).isEqualTo("kind,row,text,text_pair,given,suggested,score,other,other_text");
        assertThat(lines.subList(1, 3))
                .anyMatch(line -> line.startsWith("label,2,hello hello hello,,w,h,"))
                .anyMatch(line -> line.startsWith("label,169,world world world world world world world,,h,w,"));
        assertThat(run.out()).contains("label errors", "most suspicious labels").contains("overlap        h and w");
        assertThat(run.out().lines().skip(1)).allMatch(line -> line.length() <= 80);
        assertThat(run.err()).contains("168 vectors of 4 computed and kept");
    }

    @Test
    void audit_json_repeatsBitByBitFromTheCache() throws IOException {
        Path train = file("a.tsv", rows());
        CommandRun first = audit("--train", train, "--share", "0.1", "--json");
        CommandRun second = audit("--train", train, "--share", "0.1", "--json");
        JsonNode json = second.json();
        assertThat(json.path("label")).hasSize(17); // a tenth of 168, rounded up
        assertThat(json.path("accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(json.path("leak")).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(first.err()).contains("computed and kept");
        assertThat(second.err()).contains("168 vectors of 4 read");
    }

    @Test
    void audit_repetitionsAndLeaks_areNamedWithTheirPartners() throws IOException {
        List<String> rows = rows();
        rows.add("Hello, hello hello!\th"); // row 170 repeats row 2
        rows.add("Hello hello hello.\tw"); // row 171 too, with another label
        Path test = file("b.tsv", List.of("HELLO hello hello\th", "world\tw"));
        JsonNode json =
                audit("--train", file("a.tsv", rows), "--test", test, "--json").json();
        assertThat(json.path("duplicate").toString())
                .isEqualTo("[{\"row\":170,\"given\":\"h\",\"suggested\":\"h\",\"score\":1.0,\"other\":2}]");
        assertThat(json.path("contradiction").toString())
                .isEqualTo("[{\"row\":171,\"given\":\"w\",\"suggested\":\"h\",\"score\":1.0,\"other\":2}]");
        assertThat(json.path("leak")).hasSize(1);
        assertThat(json.path("leak").get(0).path("row").asInt()).isEqualTo(2);
        assertThat(json.path("leak").get(0).path("other").asInt()).isEqualTo(171); // whose label differs
    }

    @Test
    void audit_rareLabels_areNotJudged() throws IOException {
        List<String> rows = rows();
        rows.add("hellos\tseldom");
        CommandRun run = audit("--train", file("a.tsv", rows));
        assertThat(run.out()).contains("not judged", "labels of fewer than 5 rows: seldom");
    }

    @Test
    void audit_wrongUse_isExplained() throws IOException {
        Path train = file("a.tsv", rows());
        refused(audit("--train", train, "--folds", "1"), 2, "folds is 1, expected 2 or more");
        refused(audit("--train", train, "--similar", "1.5"), 2, "similar is 1.5, expected above 0 and at most 1");
        refused(audit("--train", train, "--share", "0"), 2, "share is 0.0, expected above 0 and below 1");
        refused(CommandRun.of("audit"), 2, "Missing required option", "--train");
    }

    @Test
    void audit_dataThatCannotBeJudged_areRefusedBeforeTheWork() throws IOException {
        Path train = file("a.tsv", rows());
        refused(audit("--train", Files.writeString(folder.resolve("empty.tsv"), "")), 3, "empty.tsv");
        refused(audit("--train", file("one.tsv", List.of("hello\tx", "world\tx"))), 3, "every row has the label [x]");
        Path few = file("few.tsv", List.of("hello\tx", "hello hello\tx", "world\ty", "world world\ty"));
        refused(audit("--train", few), 3, "0 of the labels {x=2, y=2} have the 5 rows or more", "fewer --folds");
        Path scores = file("scores.tsv", List.of("hello\t0.5", "world\t1.5", "hello world\t2.25"));
        refused(audit("--train", scores), 3, "an audit needs one label a row");
        Path test = file("test.tsv", List.of("hello\th", "world\tz"));
        refused(
                audit("--train", train, "--test", test),
                3,
                "test.tsv, row 3: [z] is not one of the 2 labels",
                "[h, w]");
        assertThat(folder.resolve("cache/features")).doesNotExist();
    }

    @Test
    void audit_placesThatAreNotThere_areRefusedBeforeTheWork() throws IOException {
        Path train = file("a.tsv", rows());
        refused(audit("--train", folder.resolve("absent.tsv")), 3, "absent.tsv: no such file");
        refused(audit("--train", train, "--out", folder.resolve("absent/a.csv")), 3, "absent is no directory");
        refused(audit("--train", train, "--out", folder), 3, "is a directory. Name a file.");
        CommandRun run = CommandRun.of("audit", "--train", train, "--model", "no-such-model");
        refused(run, 3, "'no-such-model' is neither a directory", "minilm");
        assertThat(folder.resolve("cache/features")).doesNotExist();
    }

    @Test
    void rank_modelThatSeesTheWords_goesBeforeOneThatDoesNot() throws IOException {
        Path train = file("a.tsv", rows());
        Path blind = Files.createDirectories(folder.resolve("blind"));
        for (String name : List.of("config.json", "model.safetensors", "tokenizer_config.json")) {
            Files.copy(model.resolve(name), blind.resolve(name));
        }
        Files.writeString(
                blind.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\n"); // every word is unknown
        CommandRun run = CommandRun.of("rank", "--models", blind + "," + model, "--train", train, "--json");
        JsonNode models = run.json().path("models");
        assertThat(models.get(0).path("model").asText()).isEqualTo(model.toString());
        assertThat(models.get(0).path("score").asDouble())
                .isGreaterThan(models.get(1).path("score").asDouble() + 0.1);
        assertThat(models.get(0).path("size").asInt()).isEqualTo(4);
        CommandRun table = CommandRun.of("rank", "--models", model, "--train", train, "--rows", "50");
        assertThat(table.out()).startsWith("LogME by 50 of 168 rows").contains("features  seconds");
    }

    @Test
    void rank_numbersAndSeveralLabels_areRankedToo() throws IOException {
        List<String> scores = rows().stream()
                .map(row -> row.split("\t")[0] + "\t" + (row.split("world").length + row.length() / 100.0))
                .toList();
        JsonNode json = CommandRun.of("rank", "--models", model, "--train", file("scores.tsv", scores), "--json")
                .json();
        assertThat(json.path("task").asText()).isEqualTo("regression");
        assertThat(json.path("models").get(0).path("score").isNumber()).isTrue();
        Path several = file("several.tsv", List.of("hello\ta", "world\ta,b", "hello world\tb", "world world\tb"));
        assertThat(CommandRun.of("rank", "--models", model, "--train", several, "--label-separator", ",", "--json")
                        .json()
                        .path("task")
                        .asText())
                .isEqualTo("multi-label");
    }

    @Test
    void rank_wrongUse_isExplained() throws IOException {
        Path train = file("a.tsv", rows());
        refused(CommandRun.of("rank", "--models", model, "--train", train, "--rows", "3"), 2, "--rows is 3");
        refused(CommandRun.of("rank", "--models", model + ",nothing", "--train", train), 3, "'nothing' is neither");
        assertThat(folder.resolve("cache/features")).doesNotExist();
    }

    private static void refused(CommandRun run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(parts).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }
}
