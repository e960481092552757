package ai.graft.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.config.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutRatesTest {

    /** 0.1 is 25.6 of 256: 26 byte values are dropped, and 230 kept ones stand for all. */
    @Test
    void threshold_rate_isRoundedToBytes() {
        DropoutRates rates = new DropoutRates(0.1, 0.001, 0.5);

        assertThat(rates.threshold(DropoutSite.HIDDEN)).isEqualTo(26);
        assertThat(rates.threshold(DropoutSite.ATTENTION)).isZero();
        assertThat(rates.threshold(DropoutSite.CLASSIFIER)).isEqualTo(128);
        assertThat(rates.scale(DropoutSite.HIDDEN)).isEqualTo(256.0 / 230);
        assertThat(rates.scale(DropoutSite.ATTENTION)).isEqualTo(1);
        assertThat(rates.scale(DropoutSite.CLASSIFIER)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void construct_noShare_refused(double rate) {
        assertThatThrownBy(() -> new DropoutRates(0, rate, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention dropout is " + rate + ", expected 0 to 0.99");
    }

    /** As the modules of transformers read them; its question answering heads of BERT and RoBERTa have no dropout. */
    @ParameterizedTest
    @CsvSource({
        "bert, ForSequenceClassification, 0.1",
        "bert, ForTokenClassification, 0.1",
        "bert, ForQuestionAnswering, 0",
        "roberta, ForSequenceClassification, 0.1",
        "roberta, ForQuestionAnswering, 0",
        "distilbert, ForSequenceClassification, 0.2",
        "distilbert, ForTokenClassification, 0.1",
        "distilbert, ForQuestionAnswering, 0.1"
    })
    void dropout_headWithDefaults_isThatOfTransformers(String type, String head, double classifier) {
        Network network = Network.of(
                ConfigFile.parse("{\"model_type\": \"" + type + "\"}", "tiny").model());

        assertThat(network.dropout(Head.ofArchitecture(head, 2))).isEqualTo(new DropoutRates(0.1, 0.1, classifier));
    }
}
