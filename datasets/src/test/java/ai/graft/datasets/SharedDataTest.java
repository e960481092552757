package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.graft.datasets.ReadOptions.Quoting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real files, read with the options a user would type. Rows and rows per label are those of the data's README, which were
 * counted by another program.
 */
@Tag("shared")
class SharedDataTest {
    private static final Path DATA =
            Path.of(Objects.requireNonNull(System.getProperty("graft.shared"), "graft.shared"), "data");
    private static final ReadOptions PLAIN = ReadOptions.defaults();
    private static final ReadOptions UNLABELLED = PLAIN.withLabelled(false);
    private static final String TSV_HEADER = "read as TSV, no quoting, header, ";
    private static final String TSV_BARE = "read as TSV, no quoting, no header, ";
    /** The goemotions and agnews TSV files double the quotes inside quoted cells; their README entry speaks of bare ones. */
    private static final String TSV_QUOTED_BARE = "read as TSV, quoting, no header, ";

    private static final String CSV_HEADER = "read as CSV, quoting, header, ";

    /** A file, how to read it, and what the README says of it; labels are those counted, which may be some of all. */
    private record Case(
            String file,
            ReadOptions options,
            String origin,
            int rows,
            LabelKind kind,
            int distinct,
            Map<String, Integer> labels) {
        @Override
        public String toString() {
            return file;
        }
    }

    private static Case single(String file, ReadOptions options, String origin, int rows, Map<String, Integer> labels) {
        return new Case(file, options, origin, rows, LabelKind.SINGLE, labels.size(), labels);
    }

    private static Case unlabelled(String file, String origin, int rows) {
        return new Case(file, UNLABELLED, origin, rows, LabelKind.NONE, 0, Map.of());
    }

    private static Case scores(String file, ReadOptions options, String origin, int rows) {
        return new Case(file, options, origin, rows, LabelKind.REGRESSION, -1, Map.of());
    }

    private static Case counted(
            String file, ReadOptions options, String origin, int rows, int distinct, Map<String, Integer> some) {
        return new Case(file, options, origin, rows, LabelKind.SINGLE, distinct, some);
    }

    static Stream<Case> cases() {
        return Stream.of(glue(), pairs(), classes(), reviews()).flatMap(cases -> cases);
    }

    private static Stream<Case> glue() {
        ReadOptions cola = PLAIN.withColumns(List.of("3", "1"));
        return Stream.of(
                single("sst2/train.tsv.gz", PLAIN, TSV_HEADER, 67_349, Map.of("1", 37_569, "0", 29_780)),
                single("sst2/dev.tsv", PLAIN, TSV_HEADER, 872, Map.of("1", 444, "0", 428)),
                unlabelled("sst2/test.tsv", TSV_HEADER, 1_821),
                single("sst2/train-sentences.tsv.gz", PLAIN, TSV_BARE, 6_920, Map.of("1", 3_610, "0", 3_310)),
                single("sst2/test-labelled.tsv", PLAIN, TSV_BARE, 1_821, Map.of("0", 912, "1", 909)),
                single("cola/train.tsv.gz", cola, TSV_BARE, 8_551, Map.of("1", 6_023, "0", 2_528)),
                single("cola/dev.tsv", cola, TSV_BARE, 1_043, Map.of("1", 721, "0", 322)),
                unlabelled("cola/test.tsv", TSV_HEADER, 1_063));
    }

    private static Stream<Case> pairs() {
        return Stream.of(
                single("mrpc/train.tsv.gz", PLAIN, TSV_HEADER, 3_667, Map.of("1", 2_473, "0", 1_194)),
                single("mrpc/dev.tsv", PLAIN, TSV_HEADER, 408, Map.of("1", 279, "0", 129)),
                unlabelled("mrpc/test.tsv.gz", TSV_HEADER, 1_725),
                single("mrpc/msr_paraphrase_test.txt.gz", PLAIN, TSV_HEADER, 1_725, Map.of("1", 1_147, "0", 578)),
                scores("stsb/train.tsv.gz", PLAIN, TSV_HEADER, 5_749),
                scores("stsb/dev.tsv.gz", PLAIN, TSV_HEADER, 1_500),
                unlabelled("stsb/test.tsv.gz", TSV_HEADER, 1_379),
                scores("stsb/sts-test-scored.tsv.gz", PLAIN.withColumns(List.of("5", "6", "4")), TSV_BARE, 1_379),
                single(
                        "rte/train.tsv.gz",
                        PLAIN,
                        TSV_HEADER,
                        2_490,
                        Map.of("entailment", 1_249, "not_entailment", 1_241)),
                single("rte/dev.tsv", PLAIN, TSV_HEADER, 277, Map.of("entailment", 146, "not_entailment", 131)),
                single(
                        "qnli/dev.tsv.gz",
                        PLAIN,
                        TSV_HEADER,
                        5_463,
                        Map.of("not_entailment", 2_761, "entailment", 2_702)));
    }

    private static Stream<Case> classes() {
        ReadOptions emotions = PLAIN.withColumns(List.of("0", "1"));
        Map<String, Integer> news = Map.of("1", 1_900, "2", 1_900, "3", 1_900, "4", 1_900);
        Map<String, Integer> descriptions =
                Map.of("Sci/Tech", 2_538, "World", 2_509, "Business", 2_496, "Sports", 2_458);
        return Stream.of(
                counted("banking77/train.csv.gz", PLAIN, CSV_HEADER, 10_003, 77, Map.of()),
                counted(
                        "banking77/test.csv.gz",
                        PLAIN,
                        CSV_HEADER,
                        3_080,
                        77,
                        Map.of("card_arrival", 40, "age_limit", 40)),
                single("sms/sms.tsv.gz", PLAIN, TSV_BARE, 5_574, Map.of("ham", 4_827, "spam", 747)),
                single(
                        "agnews/test.csv.gz",
                        PLAIN.withColumns(List.of("1", "2", "0")),
                        "read as CSV, quoting, no header, ",
                        7_600,
                        news),
                single(
                        "agnews/test.csv.gz",
                        PLAIN.withColumns(List.of("class", "title", "description"))
                                .withText("description"),
                        "read as CSV, quoting, no header, ",
                        7_600,
                        news),
                single("agnews/train-descriptions.tsv.gz", PLAIN, TSV_QUOTED_BARE, 10_001, descriptions),
                single(
                        "agnews/train-more.csv.gz",
                        PLAIN,
                        CSV_HEADER,
                        8_000,
                        Map.of("1", 2_000, "2", 2_000, "3", 2_000, "4", 2_000)),
                counted("goemotions/train.tsv.gz", emotions, TSV_QUOTED_BARE, 43_410, -1, Map.of()),
                counted("goemotions/dev.tsv.gz", emotions, TSV_QUOTED_BARE, 5_426, -1, Map.of()),
                counted("goemotions/test.tsv.gz", emotions, TSV_QUOTED_BARE, 5_427, -1, Map.of()));
    }

    private static Stream<Case> reviews() {
        Map<String, Integer> thousandEach = Map.of("positive", 1_000, "negative", 1_000);
        return Stream.of(
                single("imdb/train.csv.gz", PLAIN, CSV_HEADER, 5_000, Map.of("positive", 2_500, "negative", 2_500)),
                single("imdb/test.csv.gz", PLAIN, CSV_HEADER, 2_000, thousandEach),
                single(
                        "imdb/train-rest.csv.gz",
                        PLAIN,
                        CSV_HEADER,
                        20_000,
                        Map.of("positive", 10_000, "negative", 10_000)),
                single("amazon/books.jsonl.gz", PLAIN, "read as JSON lines, ", 2_000, thousandEach),
                single("amazon/dvd.jsonl.gz", PLAIN, "read as JSON lines, ", 2_000, thousandEach),
                single("amazon/electronics.jsonl.gz", PLAIN, "read as JSON lines, ", 2_000, thousandEach),
                single("amazon/kitchen.jsonl.gz", PLAIN, "read as JSON lines, ", 2_000, thousandEach),
                single(
                        "amazon/books-quoted-train.tsv.gz",
                        PLAIN,
                        "read as TSV, quoting, header, ",
                        1_700,
                        Map.of("0", 850, "1", 850)),
                single(
                        "amazon/books-quoted-dev.tsv.gz",
                        PLAIN,
                        "read as TSV, quoting, header, ",
                        300,
                        Map.of("0", 150, "1", 150)),
                unlabelled("amazon/unlabelled-books.txt.gz", TSV_BARE, 1_864),
                unlabelled("amazon/unlabelled-kitchen_housewares.txt.gz", TSV_BARE, 1_697));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void read_realFile_givesRowsAndLabelsOfTheReadme(Case wanted) {
        assertThat(DATA).isDirectory();
        Dataset data = Dataset.read(DATA.resolve(wanted.file()), wanted.options());
        assertThat(data.description()).startsWith(wanted.origin());
        assertThat(data.size()).isEqualTo(wanted.rows());
        assertThat(data.labelKind()).isEqualTo(wanted.kind());
        assertThat(data.labelCounts()).containsAllEntriesOf(wanted.labels());
        if (wanted.distinct() >= 0) {
            assertThat(data.labels()).hasSize(wanted.distinct());
        }
    }

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
}
