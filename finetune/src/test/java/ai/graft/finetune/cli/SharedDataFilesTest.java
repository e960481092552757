package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.LabelKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Every file of the real data for classification and regression, read with the options that a user types. Rows, labels and
 * rows of labels are those of the data's README, which another program counted.
 */
@Tag("shared")
class SharedDataFilesTest {
    private static final String DATA =
            Path.of(Objects.requireNonNull(System.getProperty("graft.shared"), "graft.shared"), "data") + "/";
    private static final String COLA = "--columns 3,1";
    private static final String TREC = "--format label-text --charset latin1";
    private static final String ATIS = "--label-file label";
    private static final String EMOTIONS =
            "--columns 0,1 --label-separator , --label-names " + DATA + "goemotions/labels.txt";
    private static final String NEWS = "--text 1,2 --label 0";
    private static final String SCORED = "--columns 5,6,4";
    private static final Map<String, Integer> THOUSAND_EACH = Map.of("positive", 1_000, "negative", 1_000);

    /** Marks the files whose README gives no number of labels. */
    private static final int UNTOLD = -1;

    /** A file, the options, and what the README says; labels are those it names, which may be some of all. */
    private record Case(
            String files, String options, int rows, LabelKind kind, int distinct, Map<String, Integer> labels) {
        @Override
        public String toString() {
            return files + " " + options.replace(DATA, "");
        }
    }

    private static Case classes(String files, String options, int rows, Map<String, Integer> labels) {
        return new Case(files, options, rows, LabelKind.SINGLE, labels.size(), labels);
    }

    private static Case some(String files, String options, int rows, int distinct, Map<String, Integer> labels) {
        return new Case(files, options, rows, LabelKind.SINGLE, distinct, labels);
    }

    private static Case several(String files, int rows, Map<String, Integer> labels) {
        return new Case(files, EMOTIONS, rows, LabelKind.MULTI, UNTOLD, labels);
    }

    private static Case scores(String files, String options, int rows) {
        return new Case(files, options, rows, LabelKind.REGRESSION, UNTOLD, Map.of());
    }

    private static Case unlabelled(String files, String options, int rows) {
        return new Case(files, options, rows, LabelKind.NONE, 0, Map.of());
    }

    private static Map<String, Integer> zeroOne(int zeros, int ones) {
        return Map.of("0", zeros, "1", ones);
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(sentences());
        cases.addAll(pairs());
        cases.addAll(intents());
        cases.addAll(topicsAndReviews());
        return cases;
    }

    private static List<Case> sentences() {
        return List.of(
                classes("sst2/train.tsv.gz", "", 67_349, zeroOne(29_780, 37_569)),
                classes("sst2/dev.tsv", "", 872, zeroOne(428, 444)),
                unlabelled("sst2/test.tsv", "", 1_821),
                classes("sst2/train-sentences.tsv.gz", "", 6_920, zeroOne(3_310, 3_610)),
                classes("sst2/test-labelled.tsv", "", 1_821, zeroOne(912, 909)),
                classes(
                        "pos=mr/rt-polarity.pos.gz,neg=mr/rt-polarity.neg.gz",
                        "--charset latin1",
                        10_662,
                        Map.of("pos", 5_331, "neg", 5_331)),
                classes("cola/train.tsv.gz", COLA, 8_551, zeroOne(2_528, 6_023)),
                classes("cola/dev.tsv", COLA, 1_043, zeroOne(322, 721)),
                unlabelled("cola/test.tsv", "", 1_063),
                classes("sms/sms.tsv.gz", "", 5_574, Map.of("ham", 4_827, "spam", 747)));
    }

    private static List<Case> pairs() {
        return List.of(
                classes("mrpc/train.tsv.gz", "", 3_667, zeroOne(1_194, 2_473)),
                classes("mrpc/dev.tsv", "", 408, zeroOne(129, 279)),
                unlabelled("mrpc/test.tsv.gz", "", 1_725),
                classes("mrpc/msr_paraphrase_test.txt.gz", "", 1_725, zeroOne(578, 1_147)),
                scores("stsb/train.tsv.gz", "", 5_749),
                scores("stsb/dev.tsv.gz", "", 1_500),
                unlabelled("stsb/test.tsv.gz", "", 1_379),
                scores("stsb/sts-test-scored.tsv.gz", SCORED, 1_379),
                classes("rte/train.tsv.gz", "", 2_490, Map.of("entailment", 1_249, "not_entailment", 1_241)),
                classes("rte/dev.tsv", "", 277, Map.of("entailment", 146, "not_entailment", 131)),
                classes("qnli/dev.tsv.gz", "", 5_463, Map.of("not_entailment", 2_761, "entailment", 2_702)));
    }

    private static List<Case> intents() {
        Map<String, Integer> coarse =
                Map.of("ENTY", 1_250, "HUM", 1_223, "DESC", 1_162, "NUM", 896, "LOC", 835, "ABBR", 86);
        Map<String, Integer> coarseTest = Map.of("DESC", 138, "NUM", 113, "ENTY", 94, "LOC", 81, "HUM", 65, "ABBR", 9);
        String clinc = "clinc150/data_full.json.gz";
        return List.of(
                classes("trec/train.txt.gz", TREC + " --label-until :", 5_452, coarse),
                some("trec/train.txt.gz", TREC, 5_452, 50, Map.of()),
                classes("trec/test.txt", "--format label-text --label-until :", 500, coarseTest),
                some("banking77/train.csv.gz", "", 10_003, 77, Map.of()),
                some("banking77/test.csv.gz", "", 3_080, 77, Map.of("card_arrival", 40, "age_limit", 40)),
                some(clinc, "--records train", 15_000, 150, Map.of("translate", 100, "balance", 100)),
                some(clinc, "--records val", 3_000, 150, Map.of()),
                some(clinc, "--records test", 4_500, 150, Map.of()),
                classes(clinc, "--records oos_train --columns 0,1", 100, Map.of("oos", 100)),
                classes(clinc, "--records oos_val --columns 0,1", 100, Map.of("oos", 100)),
                classes(clinc, "--records oos_test --columns 0,1", 1_000, Map.of("oos", 1_000)),
                some(
                        "atis/train/seq.in.gz",
                        ATIS,
                        4_478,
                        21,
                        Map.of("atis_flight", 3_309, "atis_airfare", 385, "atis_ground_service", 230)),
                some("atis/valid/seq.in", ATIS, 500, UNTOLD, Map.of()),
                some("atis/test/seq.in", ATIS, 893, UNTOLD, Map.of()));
    }

    private static List<Case> topicsAndReviews() {
        Map<String, Integer> topics = Map.of("1", 1_900, "2", 1_900, "3", 1_900, "4", 1_900);
        return List.of(
                classes("agnews/test.csv.gz", NEWS, 7_600, topics),
                classes("agnews/test.csv.gz", "--columns class,title,description --text description", 7_600, topics),
                classes(
                        "agnews/train-descriptions.tsv.gz",
                        "",
                        10_001,
                        Map.of("Sci/Tech", 2_538, "World", 2_509, "Business", 2_496, "Sports", 2_458)),
                classes("agnews/train-more.csv.gz", "", 8_000, Map.of("1", 2_000, "2", 2_000, "3", 2_000, "4", 2_000)),
                several("goemotions/train.tsv.gz", 43_410, Map.of("neutral", 14_219, "admiration", 4_130)),
                several("goemotions/dev.tsv.gz", 5_426, Map.of()),
                several("goemotions/test.tsv.gz", 5_427, Map.of()),
                classes("imdb/train.csv.gz", "", 5_000, Map.of("positive", 2_500, "negative", 2_500)),
                classes("imdb/test.csv.gz", "", 2_000, THOUSAND_EACH),
                classes("imdb/train-rest.csv.gz", "", 20_000, Map.of("positive", 10_000, "negative", 10_000)),
                classes("amazon/books.jsonl.gz", "", 2_000, THOUSAND_EACH),
                classes("amazon/dvd.jsonl.gz", "--text title,text", 2_000, THOUSAND_EACH),
                classes("amazon/electronics.jsonl.gz", "", 2_000, THOUSAND_EACH),
                classes("amazon/kitchen.jsonl.gz", "", 2_000, THOUSAND_EACH),
                classes("amazon/books-quoted-train.tsv.gz", "", 1_700, zeroOne(850, 850)),
                classes("amazon/books-quoted-dev.tsv.gz", "", 300, zeroOne(150, 150)),
                unlabelled("amazon/unlabelled-books.txt.gz", "--format text", 1_864),
                unlabelled("amazon/unlabelled-dvd.txt.gz", "--format text", 1_797),
                unlabelled("amazon/unlabelled-electronics.txt.gz", "--format text", 1_319),
                unlabelled("amazon/unlabelled-kitchen_housewares.txt.gz", "", 1_697));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void read_realFile_givesRowsAndLabelsOfTheReadme(Case wanted) {
        Dataset data = read(wanted);
        assertThat(data.size()).isEqualTo(wanted.rows());
        assertThat(data.labelKind()).isEqualTo(wanted.kind());
        assertThat(data.labelCounts()).containsAllEntriesOf(wanted.labels());
        if (wanted.distinct() != UNTOLD) {
            assertThat(data.labels()).hasSize(wanted.distinct());
        }
    }

    /** 36,308 rows with one label, 6,541 with two, 561 with three or more. */
    @Test
    void read_goemotions_givesRowsByNumberOfLabels() {
        Dataset data = read(several("goemotions/train.tsv.gz", 43_410, Map.of()));
        int[] rows = new int[4];
        data.examples().forEach(row -> rows[Math.min(3, row.labels().size())]++);
        assertThat(rows).containsExactly(0, 36_308, 6_541, 561);
    }

    @Command
    private static final class Reader {
        @Mixin
        private DataOptions data = new DataOptions();
    }

    private static Dataset read(Case wanted) {
        Reader reader = new Reader();
        String[] words =
                wanted.options().isEmpty() ? new String[0] : wanted.options().split(" ");
        new CommandLine(reader).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
        String source = wanted.files().contains("=") ? wanted.files().replace("=", "=" + DATA) : DATA + wanted.files();
        return wanted.kind() == LabelKind.NONE ? reader.data.readToLook(source, false) : reader.data.read(source);
    }
}
