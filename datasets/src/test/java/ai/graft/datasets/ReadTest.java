package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.ReadOptions.Format;
import ai.graft.datasets.ReadOptions.Header;
import ai.graft.datasets.ReadOptions.Quoting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadTest {
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

    private static Example pair(int line, String text, String textPair, String label) {
        return new Example(text, Optional.of(textPair), List.of(label), line);
    }

    @Test
    void csv_quotedLineBreaks_countAsLinesOfAnEditor() throws IOException {
        Path file = files.text("a.csv", "text,label\r\n\"one\r\ntwo, \"\"three\"\"\",x\r\n\r\n\"four\n\n\",y\nfive,x");
        assertThat(Dataset.read(file).examples())
                .containsExactly(row(2, "one\r\ntwo, \"three\"", "x"), row(5, "four\n\n", "y"), row(8, "five", "x"));
    }

    @Test
    void tsv_bareQuotes_swallowNoRow() throws IOException {
        Path file = files.text("a.tsv", "sentence\tlabel\n\"he said\t1\nshe said\"\t0\n\" yes \" , no\t1\n");
        Dataset data = Dataset.read(file);
        assertThat(data.examples())
                .containsExactly(row(2, "\"he said", "1"), row(3, "she said\"", "0"), row(4, "\" yes \" , no", "1"));
        assertThat(data.description()).isEqualTo("read as TSV, no quoting, header, 3 rows, labels 0 (1), 1 (2)");
    }

    /** Quote to quote looks like one well-formed cell over two rows, were it not for the tabs in each line. */
    @Test
    void tsv_bareQuotesThatLookLikeOneCell_swallowNoRow() throws IOException {
        Path file = files.text("a.tsv", "sentence\tlabel\n\"he said\t1\nshe said\"\t0\nyes\t1\n");
        assertThat(Dataset.read(file).examples())
                .containsExactly(row(2, "\"he said", "1"), row(3, "she said\"", "0"), row(4, "yes", "1"));
    }

    @Test
    void tsv_quotedTabsAndLineBreaks_areRead() throws IOException {
        Path file = files.text("a.tsv", "sentence\tlabel\r\n\"a\n\tb \"\"c\"\"\"\t1\r\nplain\t0\r\n");
        assertThat(Dataset.read(file).examples()).containsExactly(row(2, "a\n\tb \"c\"", "1"), row(4, "plain", "0"));
    }

    @Test
    void tsv_quotingSetByTheCaller_winsOverLooks() throws IOException {
        Path file = files.text("a.tsv", "sentence\tlabel\n\"a\"\t1\n\"b\"\t0\n");
        assertThat(Dataset.read(file).examples().get(0).text()).isEqualTo("a");
        assertThat(Dataset.read(file, PLAIN.withQuoting(Quoting.OFF))
                        .examples()
                        .get(0)
                        .text())
                .isEqualTo("\"a\"");
    }

    @Test
    void gzipWithoutEnding_isToldByItsMagicBytes() throws IOException {
        Path file = files.gzip("data", "text,label\nsome,a\nmore,b\n");
        assertThat(Dataset.read(file).description())
                .isEqualTo("read as CSV, quoting, header, 2 rows, labels a (1), b (1)");
    }

    @Test
    void plainFileNamedGz_isRead() throws IOException {
        Path file = files.text("a.tsv.gz", "text\tlabel\nsome\ta\n");
        assertThat(Dataset.read(file).examples()).containsExactly(row(2, "some", "a"));
    }

    @Test
    void byteOrderMark_isDropped() throws IOException {
        Path file = files.text("a.tsv", "\uFEFFQuality\t#1 String\t#2 String\n1\ta b\tc d\n");
        assertThat(Dataset.read(file).examples()).containsExactly(pair(2, "a b", "c d", "1"));
    }

    @Test
    void unknownEnding_isToldByContent() throws IOException {
        assertThat(Dataset.read(files.text("a.data", "{\"text\": \"t\", \"label\": \"x\"}\n"))
                        .description())
                .startsWith("read as JSON lines");
        assertThat(Dataset.read(files.text("b.data", "label\ttext\nx\ta, b\n")).description())
                .startsWith("read as TSV");
        assertThat(Dataset.read(files.text("c.txt", "one line, two parts\nno comma here\n"), PLAIN.withLabelled(false))
                        .examples())
                .containsExactly(row(1, "one line, two parts"), row(2, "no comma here"));
    }

    @Test
    void format_setByTheCaller_winsOverTheEnding() throws IOException {
        Path file = files.text("a.csv", "text\tlabel\na, b\tx\n");
        assertThat(Dataset.read(file, PLAIN.withFormat(Format.TSV)).examples()).containsExactly(row(2, "a, b", "x"));
    }

    @Test
    void header_namesOfPairs_giveBothTexts() throws IOException {
        Path file = files.text("a.tsv", "index\tpremise\thypothesis\tlabel\n7\tA b.\tC d.\tyes\n");
        assertThat(Dataset.read(file).examples()).containsExactly(pair(2, "A b.", "C d.", "yes"));
    }

    @Test
    void header_unknownNames_isToldByTheColumnBelow() throws IOException {
        Path file =
                files.text("a.csv", "what they wrote,verdict\nbad film,no\ngood film,yes\nfine one,yes\npoor one,no\n");
        Dataset data = Dataset.read(file);
        assertThat(data.labelCounts())
                .containsExactly(
                        org.assertj.core.api.Assertions.entry("no", 2),
                        org.assertj.core.api.Assertions.entry("yes", 2));
        assertThat(data.examples().get(0)).isEqualTo(row(2, "bad film", "no"));
    }

    @Test
    void headerless_firstLabelComesAgain_isData() throws IOException {
        Path file = files.text("a.tsv", "ham\tgo on then\nspam\twin a prize now\nham\tok\nham\tsee you at home\n");
        assertThat(Dataset.read(file).examples().get(0)).isEqualTo(row(1, "go on then", "ham"));
        assertThat(Dataset.read(file))
                .hasToString("read as TSV, no quoting, no header, 4 rows, labels ham (3), spam (1)");
    }

    /** "content" is a well-known name, but its label comes again below. */
    @Test
    void headerless_textThatIsAKnownName_isData() throws IOException {
        Path file = files.text("a.tsv", "content\tgood\nvery sad\tbad\nquite happy\tgood\n");
        assertThat(Dataset.read(file).size()).isEqualTo(3);
    }

    @Test
    void header_setByTheCaller_winsOverLooks() throws IOException {
        Path file = files.text("a.tsv", "text\tlabel\nfine\tlabel\n");
        assertThat(Dataset.read(file, PLAIN.withHeader(Header.NO)).size()).isEqualTo(2);
        assertThat(Dataset.read(file, PLAIN.withHeader(Header.YES)).size()).isEqualTo(1);
    }

    @Test
    void columns_numbers_meanTextPairLabel() throws IOException {
        Path file = files.text("a.tsv", "g\t2.5\tone text\ttwo text\ng\t3.5\tmore\tstill more\textra\n");
        assertThat(Dataset.read(file, PLAIN.withColumns(List.of("2", "3", "1"))).examples())
                .containsExactly(pair(1, "one text", "two text", "2.5"), pair(2, "more", "still more", "3.5"));
        assertThat(Dataset.read(file, PLAIN.withText("2").withLabel("0")).examples())
                .containsExactly(row(1, "one text", "g"), row(2, "more", "g"));
    }

    @Test
    void columns_namesOfTheHeader_meanTextPairLabel() throws IOException {
        Path file = files.text("a.csv", "id,title,body,topic,score\n1,t1,b1,x,5\n2,t2,b2,y,3\n");
        assertThat(Dataset.read(file, PLAIN.withColumns(List.of("Title", "body", "topic")))
                        .examples())
                .containsExactly(pair(2, "t1", "b1", "x"), pair(3, "t2", "b2", "y"));
    }

    @Test
    void columns_namesForAFileWithoutHeader_nameItsColumns() throws IOException {
        Path file = files.text("a.csv", "3,Some title,Some words\n4,Other title,Other words\n");
        ReadOptions named = PLAIN.withColumns(List.of("class", "headline", "content"));
        assertThat(Dataset.read(file, named).examples())
                .containsExactly(row(1, "Some words", "3"), row(2, "Other words", "4"));
        assertThat(Dataset.read(file, named.withText("headline").withTextPair("content"))
                        .examples())
                .containsExactly(pair(1, "Some title", "Some words", "3"), pair(2, "Other title", "Other words", "4"));
    }

    @Test
    void unlabelled_missingColumnOrEmptyCell_givesNoLabel() throws IOException {
        ReadOptions predict = PLAIN.withLabelled(false);
        Path bare = files.text("a.tsv", "index\tsentence\n0\tone.\n1\ttwo.\n");
        assertThat(Dataset.read(bare, predict.withLabel("label")).examples())
                .containsExactly(row(2, "one."), row(3, "two."));
        Path half = files.text("b.tsv", "sentence\tlabel\none.\t\ntwo.\tx\n");
        Dataset data = Dataset.read(half, predict);
        assertThat(data.examples()).containsExactly(row(2, "one."), row(3, "two.", "x"));
        assertThat(data.labelKind()).isEqualTo(LabelKind.SINGLE);
    }

    @Test
    void jsonLines_scalarLabels_areStrings() throws IOException {
        Path file = files.text(
                "a.jsonl",
                "{\"text\": \"a\\nb\", \"label\": true}\n\n{\"label\": 3, \"text\": \"c\"}\n{\"text\": \"d\", \"label\": 5.000}\n");
        assertThat(Dataset.read(file).examples())
                .containsExactly(row(1, "a\nb", "true"), row(3, "c", "3"), row(4, "d", "5.000"));
    }

    @Test
    void jsonLines_listLabels_areMultiLabel() throws IOException {
        Path file =
                files.text("a.jsonl", "{\"text\": \"a\", \"labels\": [\"joy\"]}\n{\"text\": \"b\", \"labels\": []}\n");
        Dataset data = Dataset.read(file);
        assertThat(data.examples()).containsExactly(row(1, "a", "joy"), row(2, "b"));
        assertThat(data.labelKind()).isEqualTo(LabelKind.MULTI);
        assertThat(data.description()).isEqualTo("read as JSON lines, 2 rows, labels joy (1), up to 1 a row");
    }

    @Test
    void texts_keepTheirBlanks_labelsDoNot() throws IOException {
        Path file = files.text("a.tsv", "sentence\tlabel\nunits \t 0 \n\u00e9t\u00e9\t1\n");
        assertThat(Dataset.read(file).examples()).containsExactly(row(2, "units ", "0"), row(3, "\u00e9t\u00e9", "1"));
    }
}
