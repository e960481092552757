package ai.graft.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.config.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {

    @Test
    void ofArchitecture_transformersClasses_areTheirHeads() {
        assertThat(Head.ofArchitecture("BertModel", 2)).isEqualTo(new Head.None());
        assertThat(Head.ofArchitecture("RobertaForSequenceClassification", 3))
                .isEqualTo(new Head.SequenceClassification(3));
        assertThat(Head.ofArchitecture("DistilBertForTokenClassification", 9))
                .isEqualTo(new Head.TokenClassification(9));
        assertThat(Head.ofArchitecture("XLMRobertaForQuestionAnswering", 2)).isEqualTo(new Head.QuestionAnswering());
        assertThat(Head.ofArchitecture("BertForMaskedLM", 2)).isEqualTo(new Head.MaskedLm());
        assertThat(Head.ofArchitecture("BertForPreTraining", 2)).isEqualTo(new Head.MaskedLm());
    }

    @Test
    void ofArchitecture_unknownClass_isNamedWithThoseKnown() {
        assertThatThrownBy(() -> Head.ofArchitecture("BertForMultipleChoice", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'BertForMultipleChoice' is not supported; known are ForSequenceClassification");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert BertForQuestionAnswering",
                "roberta RobertaForMaskedLM",
                "xlm-roberta XLMRobertaModel",
                "distilbert DistilBertForSequenceClassification"
            })
    void className_headOfArchitecture_roundTrips(String typeAndClass) {
        String[] parts = typeAndClass.split(" ");
        Network network = Network.of(ConfigFile.parse("{\"model_type\": \"" + parts[0] + "\"}", "tiny")
                .model());

        assertThat(network.className(Head.ofArchitecture(parts[1], 2))).isEqualTo(parts[1]);
    }
}
