package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.ReadOptions.Format;
import ai.graft.datasets.ReadOptions.Header;
import ai.graft.datasets.ReadOptions.Quoting;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadFailureTest {
    private static final ReadOptions PLAIN = ReadOptions.defaults();

    @TempDir
    Path folder;

    private TextFiles files;

    @BeforeEach
    void openFolder() {
        files = new TextFiles(folder);
    }

    private void fails(String name, String content, ReadOptions options, String... parts) throws IOException {
        fails(files.text(name, content), options, parts);
    }

    private static void fails(Path file, ReadOptions options, String... parts) {
        assertThatThrownBy(() -> Dataset.read(file, options))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(parts);
    }

    @Test
    void missingFile_saysWhereItLooked() {
        Path file = folder.resolve("none.csv");
        fails(file, PLAIN, "no such file", file.toAbsolutePath().toString());
    }

    @Test
    void directory_saysSo() {
        fails(folder, PLAIN, "is a directory, expected a file");
    }

    @Test
    void emptyFile_saysSo() throws IOException {
        fails("a.csv", "", PLAIN, "is empty");
        fails("b.csv", "\uFEFF", PLAIN, "is empty");
        fails("c.csv", "\n\r\n\n", PLAIN, "has only empty lines");
        fails("d.jsonl", "\n\n", PLAIN, "has no rows with keys");
    }

    @Test
    void headerOnly_showsTheHeader() throws IOException {
        fails("a.csv", "text,label\n", PLAIN, "has a header (text, label) but no rows", "withHeader(NO)");
    }

    @Test
    void missingColumn_listsColumnsAndSuggestsTheNearest() throws IOException {
        String content = "sentence,label\nSome words.,x\nOther words.,y\n";
        fails(
                "a.csv",
                content,
                PLAIN.withText("sentense"),
                "no column 'sentense'; columns: 0 'sentence' (\"Some words.\"), 1 'label' (\"x\").",
                "Did you mean 'sentence'?");
        fails("b.csv", content, PLAIN.withLabel("7"), "no column '7'", "Give one of these names or numbers.");
        fails("c.jsonl", "{\"text\": \"a\", \"label\": 1}\n", PLAIN.withLabel("labell"), "Did you mean 'label'?");
    }

    @Test
    void namedColumnWithoutHeader_saysToGiveANumber() throws IOException {
        fails(
                "a.tsv",
                "x\tSome words.\nx\tOther words.\n",
                PLAIN.withText("sentence"),
                "no column 'sentence'; columns: 0 (\"x\"), 1 (\"Some words.\").",
                "has no header: give a number");
    }

    @Test
    void tooFewCells_countsThem() throws IOException {
        fails(
                "a.tsv",
                "sentence\tlabel\none\t1\ntwo\n",
                PLAIN,
                ", row 3: 1 cell, expected 2 (sentence, label)",
                "withQuoting(ON)");
        fails("b.csv", "text,label\n\"one\nmore\",1\ntwo\n", PLAIN, ", row 4: 1 cell, expected 2 (text, label)");
        fails(
                "c.tsv",
                "a\t1\tone text\nb\t1\n",
                PLAIN.withColumns(List.of("2", "1")),
                ", row 2: 2 cells, expected 3 or more");
    }

    @Test
    void tooManyCells_countsThem() throws IOException {
        fails(
                "a.csv",
                "text,label\nwell, not bad,1\n",
                PLAIN,
                ", row 2: 3 cells, expected 2 (text, label). Quote cells that hold commas.");
    }

    @Test
    void emptyText_namesTheRow() throws IOException {
        fails("a.tsv", "sentence\tlabel\none\t1\n \t0\n", PLAIN, ", row 3: the text is empty");
        fails("b.tsv", "text_a\ttext_b\tlabel\none\t\t0\n", PLAIN, ", row 2: the second text is empty");
    }

    @Test
    void emptyLabel_namesTheRow() throws IOException {
        fails(
                "a.tsv",
                "sentence\tlabel\none\t1\ntwo\t \n",
                PLAIN,
                ", row 3: the label is empty",
                "withLabelled(false)");
        fails("b.jsonl", "{\"text\": \"a\", \"label\": null}\n", PLAIN, ", row 1: the label is empty");
        fails("c.jsonl", "{\"text\": \"a\", \"label\": [\"\"]}\n", PLAIN, ", row 1: a label in its list is empty");
    }

    @Test
    void brokenJson_namesTheRow() throws IOException {
        String good = "{\"text\": \"a\", \"label\": 1}\n";
        fails("a.jsonl", good + "\n{\"text\": \"b\",\n", PLAIN, ", row 3: broken JSON: ", "whole object on one line");
        fails("b.jsonl", good + "[1, 2]\n", PLAIN, ", row 2: expected a JSON object, got ARRAY");
        fails("c.jsonl", good + "{\"label\": 1}\n", PLAIN, ", row 2: has no 'text'; its keys: [label]");
        fails(
                "d.jsonl",
                good + "{\"text\": {}, \"label\": 1}\n",
                PLAIN,
                ", row 2: 'text' is OBJECT, expected a string");
    }

    @Test
    void malformedUtf8_namesTheRow() throws IOException {
        byte[] latin = "text,label\r\n\"one\r\ntwo\",x\r\ncaf\u00e9,y\r\n".getBytes(StandardCharsets.ISO_8859_1);
        fails(
                files.bytes("a.csv", latin),
                PLAIN,
                ", row 4: malformed UTF-8 at byte 29 of the file.",
                "Latin-1",
                "--charset latin1");
        byte[] json = "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        fails(files.bytes("b.jsonl", json), PLAIN, ", row 2: malformed UTF-8 at byte 36");
    }

    /** The bad byte comes long after the rows that are looked at first. */
    @Test
    void malformedUtf8_farDown_namesTheRow() throws IOException {
        byte[] content = ("text\tlabel\n" + "some words\tx\n".repeat(20_000) + "caf\u00e9\ty\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        fails(files.bytes("a.tsv", content), PLAIN, ", row 20002: malformed UTF-8 at byte 260014");
    }

    @Test
    void truncatedGzip_saysSo() throws IOException {
        byte[] whole = Files.readAllBytes(files.gzip("whole.csv.gz", "text,label\n" + "some words,x\n".repeat(1000)));
        fails(files.bytes("a.csv.gz", Arrays.copyOf(whole, whole.length / 2)), PLAIN, "broken gzip data");
    }

    @Test
    void brokenQuoting_namesTheRow() throws IOException {
        fails("a.csv", "text,label\none,1\n\"two\" too,1\n", PLAIN, ", row 3: a cell starts with a double quote");
        fails("b.csv", "text,label\none,1\n\"two,1\nthree,1\n", PLAIN, ", row 3: a cell starts", "withQuoting(OFF)");
        fails("c.tsv", "text\tlabel\n\"two\" too\t1\n", PLAIN.withQuoting(Quoting.ON), ", row 2: a cell starts");
    }

    @Test
    void manyColumnsWithoutHeader_listsThemAndTheOptions() throws IOException {
        fails(
                "a.tsv",
                "gj04\t1\tThe sailors rode the breeze.\ngj04\t0\tThe weights made.\n",
                PLAIN,
                "cannot tell which column holds the text and which the label; columns: 0 (\"gj04\"), 1 (\"1\"), 2 (\"The sailors",
                "withColumns (--columns)");
    }

    @Test
    void textOnly_asksForTheLabel() throws IOException {
        fails(
                "a.csv",
                "index,text\n1,a b\n2,c d\n3,e f\n",
                PLAIN,
                "cannot tell which column holds the label; columns: 0 'index' (\"1\"), 1 'text' (\"a b\").",
                "withLabel (--label)",
                "withLabelled(false)");
        fails("b.txt", "just words\nmore words\n", PLAIN, "cannot tell which column holds the label");
    }

    @Test
    void twoPossibleLabels_asksWhich() throws IOException {
        fails(
                "a.csv",
                "text,category,sentiment\na b,x,good\nc d,y,bad\n",
                PLAIN,
                "more than one column could be the label: 1 'category' (\"x\"), 2 'sentiment' (\"good\")",
                "withLabel (--label)");
    }

    @Test
    void columnsThatDoNotFit_areExplained() throws IOException {
        String bare = "3,Some title.,Some words.\n4,Other title.,Other words.\n";
        fails("a.csv", bare, PLAIN.withColumns(List.of("class", "title")), "has no header and 3 columns, but 2 names");
        fails("b.csv", bare, PLAIN.withColumns(List.of("0", "1", "2", "2")), "at most 3");
        fails("c.csv", bare, PLAIN.withColumns(List.of("1", "1")), "one column is asked for twice");
        fails(
                "d.csv",
                "text,text,label\na,b,c\n",
                PLAIN.withHeader(Header.YES).withText("text"),
                "occurs more than once");
    }

    @Test
    void malformedInAnotherCharset_namesIt() throws IOException {
        byte[] content = "text,label\nsome,x\nmore \u0081,y\n".getBytes(StandardCharsets.ISO_8859_1);
        fails(
                files.bytes("a.csv", content),
                PLAIN.withCharset(Charset.forName("windows-1252")),
                ", row 3: malformed windows-1252 at byte 23 of the file.");
    }

    @Test
    void nul_namesTheRow() throws IOException {
        fails("a.tsv", "text\tlabel\none\tx\nt\0wo\ty\n", PLAIN, ", row 3: holds a NUL character", "utf-16");
        String far = "text\tlabel\n" + "some words\tx\n".repeat(1_000) + "words\t\0\n";
        fails("b.tsv", far, PLAIN, ", row 1002: holds a NUL character");
        byte[] utf16 = "text,label\nsome,x\n".getBytes(StandardCharsets.UTF_16LE);
        fails(files.bytes("c.csv", utf16), PLAIN, ", row 1: holds a NUL character", "withCharset (--charset utf-16)");
    }

    @Test
    void manyColumns_firstOnesAreListed() throws IOException {
        String names = IntStream.range(0, 200).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String cells = IntStream.range(0, 200).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
        fails(
                "a.csv",
                names + "\n" + cells + "\n",
                PLAIN.withHeader(Header.YES).withText("c200"),
                "no column 'c200'; columns: 0 'c0' (\"v0\"), 1 'c1' (\"v1\"), ",
                "19 'c19' (\"v19\"), ... 200 columns. Did you mean 'c20'?");
    }

    @Test
    void textOfAMegabyte_isReadWhole() throws IOException {
        String text = "words ".repeat(1 << 18).strip();
        Path file = files.text("a.csv", "text,label\n" + text + ",x\nmore,y\n");
        assertThat(Dataset.read(file).examples().get(0).text()).isEqualTo(text);
    }

    @Test
    void labelFile_otherNumberOfLines_bothAreTold() throws IOException {
        files.text("two", "x\ny\n");
        ReadOptions two = PLAIN.withLabelFile(Path.of("two"));
        fails("a.in", "one\ntwo\nthree\n\nfive\n\n", two, "has 5 lines, but its file of labels has 2.");
        fails("b.in", "one\n", two, "has 1 lines, but its file of labels has 2.");
        fails("c.in", "one\n", PLAIN.withLabelFile(Path.of("none")), "no such file of labels", "--label-file");
        fails("d.csv", "one\n", two.withFormat(Format.CSV), "the format asked for is CSV");
    }

    @Test
    void labelText_withoutBlank_namesTheRow() throws IOException {
        fails(
                "a.txt",
                "NUM How many ?\nwhat\n",
                PLAIN.withFormat(Format.LABEL_TEXT),
                ", row 2: has no blank that divides label and text");
    }

    @Test
    void text_withoutLabels_saysHowToGetThem() throws IOException {
        fails("a.txt", "one\n", PLAIN.withFormat(Format.TEXT), "one text a line and no labels", "--label-file");
    }

    @Test
    void options_thatDoNotGoTogether_areRefused() throws IOException {
        fails(
                "a.txt",
                "x one\n",
                PLAIN.withFormat(Format.LABEL_TEXT).withText("1"),
                "is read as lines of label and text, which have no columns, but columns were asked for: [1]");
        fails("b.csv", "text,label\n", PLAIN.withFormat(Format.CSV).withRecords("a"), "the format asked for is CSV");
        files.text("labels", "x\n");
        fails(
                "c.txt",
                "x one\n",
                PLAIN.withFormat(Format.LABEL_TEXT).withLabelFile(Path.of("labels")),
                "has labels before its texts, but a file of labels was named too: labels");
    }

    @Test
    void labels_thatCannotBeNamed_namesTheRow() throws IOException {
        Path names = files.text("labels.txt", "zero\none\n");
        ReadOptions options = PLAIN.withLabelSeparator(",").withLabelNames(names);
        String head = "text\tlabels\na\t0,1\n";
        fails("a.tsv", head + "b\t2\n", options, ", row 3: label '2' is no number from 0 to 1", "labels.txt");
        fails("b.tsv", head + "b\tjoy\n", options, ", row 3: label 'joy' is no number");
        fails("c.tsv", head + "b\t1,1\n", options, ", row 3: a label stands twice in [one, one]");
        fails("d.tsv", head + "b\t1,,0\n", options, ", row 3: a label in its list is empty");
    }

    @Test
    void json_wrongWay_listsWhatIsThere() throws IOException {
        String document = "{\"train\": [[\"a b\", \"x\"]], \"test\": [], \"meta\": {\"rows\": []}}";
        fails(
                "a.json",
                document,
                PLAIN,
                "is one JSON object, no list of rows; lists in it: [train, test]",
                "--records train");
        fails(
                "b.json",
                document,
                PLAIN.withRecords("trian"),
                "has no 'trian' on the way to the records 'trian'; keys there: [train, test, meta]");
        fails("c.json", document, PLAIN.withRecords("meta"), "'meta' is no list of rows; lists in it: [meta.rows]");
        fails("d.json", "[1, 2]", PLAIN, ", row 1: expected an object or a list, got NUMBER");
        fails("e.json", "[{\"text\": \"a\", \"label\": 1},", PLAIN.withFormat(Format.JSON), "broken JSON in line 1");
    }

    @Test
    void splitFile_thatDoesNotFit_saysWhy() throws IOException {
        Dataset data = Dataset.read(files.text("a.tsv", "text\tlabel\na\tx\nb\ty\n"));
        splitFails(data, "{\"test\": [2]}", "part 'test' names row 2, the data have rows 0 to 1.");
        splitFails(data, "{\"test\": [0], \"dev\": [0]}", "row 0 stands twice, the second time in part 'dev'.");
        splitFails(data, "{\"note\": 1}", "names no part of a data set");
        splitFails(data, "{\"test\": [", "broken JSON");
    }

    private void splitFails(Dataset data, String content, String part) throws IOException {
        Path file = files.text("split.json", content);
        assertThatThrownBy(() -> data.parts(file))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(part);
    }
}
