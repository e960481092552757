package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.ReadOptions.Quoting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real files: what is told of them and how their quotes are read. Rows and labels of every file are checked where options are
 * typed, in {@code finetune}.
 */
@Tag("shared")
class SharedDataTest {
    private static final Path DATA =
            Path.of(Objects.requireNonNull(System.getProperty("graft.shared"), "graft.shared"), "data");
    private static final ReadOptions PLAIN = ReadOptions.defaults();

    @Test
    void read_sst2_describesItself() {
        assertThat(Dataset.read(DATA.resolve("sst2/train.tsv.gz")).description())
                .isEqualTo("read as TSV, no quoting, header, 67,349 rows, labels 0 (29,780), 1 (37,569)");
    }

    @Test
    void read_banking77_describesFirstLabels() {
        assertThat(Dataset.read(DATA.resolve("banking77/train.csv.gz")).description())
                .isEqualTo("read as CSV, quoting, header, 10,003 rows, labels Refund_not_showing_up (162),"
                        + " activate_my_card (159), age_limit (110), ... 77 labels");
    }

    /** Mean and range by awk over column 10. */
    @Test
    void read_stsb_describesScores() {
        assertThat(Dataset.read(DATA.resolve("stsb/train.tsv.gz")).description())
                .isEqualTo("read as TSV, no quoting, header, 5,749 rows, scores min 0.000, mean 2.701, max 5.000");
    }

    @Test
    void read_pairs_takesBothTextsAndKeepsBareQuotes() {
        Example first = Dataset.read(DATA.resolve("mrpc/dev.tsv")).examples().get(0);
        assertThat(first.text())
                .isEqualTo(
                        "He said the foodservice pie business doesn 't fit the company 's long-term growth strategy .");
        assertThat(first.textPair())
                .contains("\" The foodservice pie business does not fit our long-term growth strategy .");
        assertThat(first.labels()).containsExactly("1");
        assertThat(first.row()).isEqualTo(2);
    }

    /** Every unquoted row of a GLUE file is a line, so the last row's number is the number of lines. */
    @Test
    void read_unquotedFile_numbersRowsAsLines() {
        Dataset data = Dataset.read(DATA.resolve("qnli/dev.tsv.gz"));
        assertThat(data.examples().get(data.size() - 1).row()).isEqualTo(5_464);
    }

    @Test
    void read_quotedTsvWithoutQuoting_saysThatCellsAreMissing() {
        ReadOptions off = PLAIN.withQuoting(Quoting.OFF);
        assertThat(catchThrowable(() -> Dataset.read(DATA.resolve("amazon/books-quoted-train.tsv.gz"), off)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("row 2: 1 cell, expected 2 (sentence, label)")
                .hasMessageContaining("withQuoting(ON)");
    }

    @Test
    void fingerprint_sameRowsInAnotherFormat_isTheSame(@TempDir Path folder) throws Exception {
        Dataset data = Dataset.read(DATA.resolve("sst2/dev.tsv"));
        StringBuilder json = new StringBuilder();
        for (Example example : data.examples()) {
            String text = example.text().replace("\\", "\\\\").replace("\"", "\\\"");
            json.append("{\"sentence\": \"" + text + "\", \"label\": "
                    + example.labels().get(0) + "}\n");
        }
        Path copy = Files.writeString(folder.resolve("dev.jsonl"), json);
        assertThat(Dataset.read(copy).fingerprint()).isEqualTo(data.fingerprint());
    }

    /**
     * The data's README: 394 of the 872 SST-2 dev sentences stand word for word in mr. Blanks at the ends set aside, as SST-2
     * has one after each text.
     */
    @Test
    void overlap_sst2WithMr_isThatOfTheReadme() {
        Map<String, Path> files =
                Map.of("pos", DATA.resolve("mr/rt-polarity.pos.gz"), "neg", DATA.resolve("mr/rt-polarity.neg.gz"));
        Dataset mr = Dataset.readByLabel(files, PLAIN.withCharset(StandardCharsets.ISO_8859_1));
        assertThat(Survey.overlap(Dataset.read(DATA.resolve("sst2/dev.tsv")), mr)
                        .count())
                .isEqualTo(394);
    }

    /** By Python over the second column, texts stripped (403 unstripped, as the data's README counts). */
    @Test
    void survey_sms_countsDuplicates() {
        Survey survey = Survey.of(Dataset.read(DATA.resolve("sms/sms.tsv.gz")));
        assertThat(survey.duplicates().count()).isEqualTo(414);
        assertThat(survey.contradictions().count()).isZero();
        assertThat(survey.imbalance()).hasValueCloseTo(4_827.0 / 747, within(1e-12));
    }

    /** The README counts 1,067 test rows; a split lists them from 0 with the negative file first. */
    @Test
    void parts_mr_giveTestRowsOfTheReadme() {
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("neg", DATA.resolve("mr/rt-polarity.neg.gz"));
        files.put("pos", DATA.resolve("mr/rt-polarity.pos.gz"));
        Dataset mr = Dataset.readByLabel(files, PLAIN.withCharset(StandardCharsets.ISO_8859_1));
        Map<String, Dataset> parts = mr.parts(DATA.resolve("mr/split-90-10.json"));
        assertThat(parts.keySet()).containsExactly("train", "test");
        List<Dataset> inOrder = List.copyOf(parts.values());
        assertThat(inOrder.get(0).size()).isEqualTo(2 * 5_331 - 1_067);
        assertThat(inOrder.get(1).size()).isEqualTo(1_067);
        assertThat(inOrder.get(1).examples().get(1)).isEqualTo(mr.examples().get(21));
    }
}
