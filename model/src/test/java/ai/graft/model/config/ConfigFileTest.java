package ai.graft.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model_type': 'bert'} | LABEL_0,LABEL_1",
                "{'model_type': 'bert', 'num_labels': 3} | LABEL_0,LABEL_1,LABEL_2",
                "{'model_type': 'bert', 'id2label': {'1': 'good', '0': 'bad'}} | bad,good",
                "{'model_type': 'bert', 'id2label': {'0': 'score'}} | score",
            })
    void labels_fromFile_areInOrderOfTheirIds(String json, String labels) {
        assertThat(parse(json).labels()).containsExactly(labels.split(","));
    }

    @Test
    void withHead_classifierPooling_goesWithTheHeadItBelongedTo() {
        ConfigFile file =
                ConfigFile.parse("{\"model_type\": \"bert\"}", "tiny").withClassifierPooling(Optional.of("mean"));

        assertThat(ConfigFile.parse(file.toJson(), "tiny").classifierPooling()).contains("mean");
        assertThat(file.withHead("BertModel", List.of("a"), Optional.empty()).classifierPooling())
                .isEmpty();
    }

    @Test
    void withHead_labelsAndProblem_roundTrip() {
        ConfigFile tuned = parse("{'model_type': 'bert'}")
                .withHead(
                        "BertForSequenceClassification",
                        List.of("spam", "ham", "eggs"),
                        Optional.of("multi_label_classification"));
        ConfigFile again = ConfigFile.parse(tuned.toJson(), "again");

        assertThat(again.architecture()).contains("BertForSequenceClassification");
        assertThat(again.labels()).containsExactly("spam", "ham", "eggs");
        assertThat(again.problemType()).contains("multi_label_classification");
        assertThat(again.model()).isEqualTo(tuned.model());
    }

    @Test
    void withHead_replacesWhatDescribedTheOldHead() {
        ConfigFile tuned = parse("{'model_type': 'bert', 'architectures': ['BertForMaskedLM'], 'num_labels': 7,"
                        + " 'problem_type': 'regression', 'torch_dtype': 'float16'}")
                .withHead("BertForQuestionAnswering", List.of("LABEL_0", "LABEL_1"), Optional.empty());

        assertThat(tuned.problemType()).isEmpty();
        assertThat(tuned.labels()).hasSize(2);
        assertThat(tuned.toJson()).doesNotContain("num_labels", "torch_dtype", "BertForMaskedLM");
    }

    @Test
    void withHead_unknownKeys_areKept() {
        ConfigFile file =
                parse("{'model_type': 'bert', 'quantum': {'foam': [1, null]}, 'gradient_checkpointing': true}");

        assertThat(file.withHead("BertModel", List.of("a", "b"), Optional.empty())
                        .toJson())
                .contains("\"foam\" : [ 1, null ]", "\"gradient_checkpointing\" : true");
    }

    @Test
    void withHead_leavesTheOriginalAlone() {
        ConfigFile file = parse("{'model_type': 'bert'}");
        String before = file.toJson();

        file.withHead("BertModel", List.of("a", "b", "c"), Optional.empty());

        assertThat(file.toJson()).isEqualTo(before);
        assertThat(file.labels()).hasSize(2);
    }

    @Test
    void architecture_absentOrOdd_isEmpty() {
        assertThat(parse("{'model_type': 'bert'}").architecture()).isEmpty();
        assertThat(parse("{'model_type': 'bert', 'architectures': [3]}").architecture())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[1] | config.json holds no JSON object.", "{'model_type' | config.json is not valid JSON: "})
    void parse_noObject_saysSo(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void read_missingFile_namesItAndWhatIsNeeded(@TempDir Path directory) {
        assertThatThrownBy(() -> ConfigFile.read(directory.resolve("config.json")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(directory.resolve("config.json").toString())
                .hasMessageContaining("is missing; a checkpoint directory needs a config.json");
    }

    @Test
    void read_file_isNamedInItsErrors(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("config.json"), "{}");

        assertThatThrownBy(() -> ConfigFile.read(file))
                .hasMessageStartingWith(file + ": the key 'model_type' is missing");
    }

    private static ConfigFile parse(String json) {
        return ConfigFile.parse(json.replace('\'', '"'), "config.json");
    }
}
