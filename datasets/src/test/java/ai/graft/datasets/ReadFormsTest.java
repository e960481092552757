package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.ReadOptions.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are understood only when the caller says what they are; small ones made by hand. */
class ReadFormsTest {
    private static final ReadOptions PLAIN = ReadOptions.defaults();

    @TempDir
    Path folder;

    private TextFiles files;

    @BeforeEach
    void openFolder() {
        files = new TextFiles(folder);
    }

    private static Example row(int line, String text, String... labels) {
        return new Example(text, Optional.empty(), List.of(labels), line);
    }

    @Test
    void charset_latin1_nelIsALetterAndEndsNoLine() throws IOException {
        byte[] content = "text\tlabel\ncaf\u00e9 \u0085 bar\tx\nna\u00efve\ty".getBytes(StandardCharsets.ISO_8859_1);
        Dataset data = Dataset.read(files.bytes("a.tsv", content), PLAIN.withCharset(StandardCharsets.ISO_8859_1));
        assertThat(data.examples()).containsExactly(row(2, "caf\u00e9 \u0085 bar", "x"), row(3, "na\u00efve", "y"));
        assertThat(data.origin()).isEqualTo("read as TSV, ISO-8859-1, no quoting, header");
    }

    @Test
    void charset_utf16WithByteOrderMark_isRead() throws IOException {
        byte[] content = "text,label\n\u00e9t\u00e9,x\n".getBytes(StandardCharsets.UTF_16);
        assertThat(Dataset.read(files.bytes("a.csv", content), PLAIN.withCharset(StandardCharsets.UTF_16))
                        .examples())
                .containsExactly(row(2, "\u00e9t\u00e9", "x"));
    }

    @Test
    void text_severalColumns_areJoinedInTheOrderAskedFor() throws IOException {
        Path file = files.text("a.csv", "label,title,description\nx,Good news,\"It works, \"\ny, ,Only this\n");
        Dataset data = Dataset.read(file, PLAIN.withText("description", "title"));
        assertThat(data.examples()).containsExactly(row(2, "It works, Good news", "x"), row(3, "Only this", "y"));
        assertThat(data.origin()).isEqualTo("read as CSV, quoting, header, text = description + title");
    }

    @Test
    void text_severalKeys_oneMayBeMissing() throws IOException {
        Path file = files.text("a.jsonl", """
                {"title": "One", "body": "two", "label": 1}
                {"body": "three", "label": 0}
                """);
        assertThat(Dataset.read(file, PLAIN.withText("title", "body")).examples())
                .containsExactly(row(1, "One two", "1"), row(2, "three", "0"));
    }

    @Test
    void byLabel_linesOfText_takeTheirFilesLabelAndKeepTabsAndQuotes() throws IOException {
        Map<String, Path> parts = new LinkedHashMap<>();
        parts.put("pos", files.text("rt.pos", "text\n\"good\tfilm\n\n"));
        parts.put("neg", files.text("rt.neg", "bad, bad film\nlabel"));
        Dataset data = Dataset.readByLabel(parts, PLAIN);
        assertThat(data.examples())
                .containsExactly(
                        row(1, "text", "pos"),
                        row(2, "\"good\tfilm", "pos"),
                        row(3, "bad, bad film", "neg"),
                        row(4, "label", "neg"));
        assertThat(data.description())
                .isEqualTo("read as lines of text, one file a label, 4 rows, labels neg (2), pos (2)");
        assertThat(data.name()).isEqualTo("rt.pos, rt.neg");
    }

    @Test
    void byLabel_tables_giveTheirTextColumn() throws IOException {
        Path file = files.text("a.csv", "id,text\n1,some\n2,more\n");
        assertThat(Dataset.readByLabel(Map.of("x", file), PLAIN).examples())
                .containsExactly(row(2, "some", "x"), row(3, "more", "x"));
    }

    @Test
    void labelFile_besideTheTexts_givesLabelsLineByLine() throws IOException {
        Files.createDirectories(folder.resolve("train"));
        Path texts = files.text("train/seq.in", "i want, to fly\n\nto denver");
        files.text("train/label", "flight\n\nairfare#flight\n");
        ReadOptions options = PLAIN.withLabelFile(Path.of("label"));
        Dataset data = Dataset.read(texts, options);
        assertThat(data.examples())
                .containsExactly(row(1, "i want, to fly", "flight"), row(3, "to denver", "airfare#flight"));
        assertThat(data.origin()).isEqualTo("read as lines of text, labels in label");
        assertThat(Dataset.read(texts, options.withLabelSeparator("#"))
                        .examples()
                        .get(1)
                        .labels())
                .containsExactly("airfare", "flight");
    }

    @Test
    void labelText_labelEndsAtTheFirstBlank() throws IOException {
        Path file = files.text("a.txt", "NUM:dist How far , is it ?\nHUM:ind Who was it ?");
        ReadOptions options = PLAIN.withFormat(Format.LABEL_TEXT);
        assertThat(Dataset.read(file, options).examples())
                .containsExactly(row(1, "How far , is it ?", "NUM:dist"), row(2, "Who was it ?", "HUM:ind"));
        Dataset coarse = Dataset.read(file, options.withLabelUntil(":"));
        assertThat(coarse.labels()).containsExactly("HUM", "NUM");
        assertThat(coarse.origin()).isEqualTo("read as lines of label and text, labels up to ':'");
    }

    @Test
    void labelSeparator_makesMultiLabelData_emptyCellMeansNone() throws IOException {
        Path file = files.text("a.tsv", "text\tlabels\none\t1, 0\ntwo\t0\nthree\t\n");
        Dataset data = Dataset.read(file, PLAIN.withLabelSeparator(","));
        assertThat(data.examples()).containsExactly(row(2, "one", "1", "0"), row(3, "two", "0"), row(4, "three"));
        assertThat(data.labelKind()).isEqualTo(LabelKind.MULTI);
    }

    @Test
    void labelNames_firstLineNamesZero() throws IOException {
        Path file = files.text("a.tsv", "text\tlabels\none\t1,0\ntwo\t0\n");
        Path names = files.text("labels.txt", "admiration\namusement\n");
        Dataset data = Dataset.read(file, PLAIN.withLabelSeparator(",").withLabelNames(names));
        assertThat(data.examples())
                .containsExactly(row(2, "one", "amusement", "admiration"), row(3, "two", "admiration"));
        assertThat(data.origin())
                .isEqualTo("read as TSV, no quoting, header, labels divided by ',', labels named by labels.txt");
    }

    @Test
    void json_listUnderAKey_placesAreColumns() throws IOException {
        Path file = files.text("a.json", """
                {"version": 2,
                 "data": {"val": [["x", "y"]],
                  "train": [["set an alarm, please", "alarm"], ["what is up", "chat"], ["wake me", "alarm"],
                   ["how are you", "chat"]]}}
                """);
        Dataset data = Dataset.read(file, PLAIN.withRecords("data.train"));
        assertThat(data.examples())
                .containsExactly(
                        row(1, "set an alarm, please", "alarm"),
                        row(2, "what is up", "chat"),
                        row(3, "wake me", "alarm"),
                        row(4, "how are you", "chat"));
        assertThat(data.origin()).isEqualTo("read as JSON, records data.train");
        assertThat(Dataset.read(file, PLAIN.withRecords("/data/train")).examples())
                .isEqualTo(data.examples());
    }

    @Test
    void json_listOfObjects_isToldFromLines_keysWithinAreColumns() throws IOException {
        String one = "{\"review\": {\"text\": \"fine\", \"stars\": 5}, \"class\": \"good\"}";
        Path list = files.text("a.json", "[" + one + ",\n" + one + "]");
        Dataset data = Dataset.read(list, PLAIN.withText("review.text"));
        assertThat(data.examples()).containsExactly(row(1, "fine", "good"), row(2, "fine", "good"));
        assertThat(data.origin()).isEqualTo("read as JSON");
        Path lines = files.text("b.json", one + "\n" + one);
        assertThat(Dataset.read(lines, PLAIN.withText("review.text")).origin()).isEqualTo("read as JSON lines");
    }

    @Test
    void tooManyCellsInSomeRows_areNoMatterWhenColumnsAreNumbered() throws IOException {
        Path file = files.text("a.tsv", "a\t2.5\tOne.\tTwo.\nb\t3.75\tThree.\tFour.\tsource\tsource\n");
        assertThat(Dataset.read(file, PLAIN.withColumns(List.of("2", "3", "1"))).examples())
                .containsExactly(
                        new Example("One.", Optional.of("Two."), List.of("2.5"), 1),
                        new Example("Three.", Optional.of("Four."), List.of("3.75"), 2));
    }

    @Test
    void emptyKept_rowsWithoutTextOrLabel_areThere() throws IOException {
        Path file = files.text("a.tsv", "text\tlabel\n\tx\nsome\t\n");
        assertThat(Dataset.read(file, PLAIN.withEmptyKept(true)).examples())
                .containsExactly(row(2, "", "x"), row(3, "some"));
    }

    @Test
    void parts_rowsInNone_areTrain() throws IOException {
        Dataset data = Dataset.read(files.text("a.tsv", "text\tlabel\na\tx\nb\ty\nc\tx\nd\ty\n"));
        Map<String, Dataset> parts =
                data.parts(files.text("s.json", "{\"note\": \"\", \"test\": [3, 0], \"validation\": [1]}"));
        assertThat(parts.keySet()).containsExactly("train", "test", "validation");
        List<Dataset> inOrder = List.copyOf(parts.values());
        assertThat(inOrder.get(0).examples()).containsExactly(row(4, "c", "x"));
        assertThat(inOrder.get(1).examples()).containsExactly(row(5, "d", "y"), row(2, "a", "x"));
    }
}
