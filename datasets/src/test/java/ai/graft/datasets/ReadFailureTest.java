package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.ReadOptions.Header;
import ai.graft.datasets.ReadOptions.Quoting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
        fails(files.bytes("a.csv", latin), PLAIN, ", row 4: malformed UTF-8", "Latin-1");
        byte[] json = "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        fails(files.bytes("b.jsonl", json), PLAIN, ", row 2: malformed UTF-8");
    }

    /** The bad byte comes long after the rows that are looked at first. */
    @Test
    void malformedUtf8_farDown_namesTheRow() throws IOException {
        byte[] content = ("text\tlabel\n" + "some words\tx\n".repeat(20_000) + "caf\u00e9\ty\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        fails(files.bytes("a.tsv", content), PLAIN, ", row 20002: malformed UTF-8");
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
}
