package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.network.Init;
import ai.graft.model.network.WeightSpec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Expected lists follow from transformers' rules; the golden cases in the shared tests pin them. */
class WeightLoaderTest {
    private static final Set<String> NO_TIES = Set.of();

    @Test
    void load_sameNames_everythingLoadedInNetworkOrder() {
        Loaded loaded = load(file("classifier.weight", "bert.a.weight"), wanted("bert.a.weight", "classifier.weight"));

        assertThat(loaded.tensors().keySet()).containsExactly("bert.a.weight", "classifier.weight");
        assertThat(loaded.report())
                .isEqualTo(new LoadReport(
                        "checkpoint",
                        List.of("bert.a.weight", "classifier.weight"),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    @Test
    void load_gammaAndBeta_becomeWeightAndBias() {
        Loaded loaded = load(
                file("bert.LayerNorm.gamma", "bert.LayerNorm.beta", "cls.LayerNorm.beta", "bert.gamma"),
                wanted("bert.LayerNorm.weight", "bert.LayerNorm.bias"));

        assertThat(loaded.tensor("bert.LayerNorm.weight")).isPresent();
        assertThat(loaded.report().unexpected()).containsExactly("bert.gamma", "cls.LayerNorm.bias");
        assertThat(loaded.report().notes())
                .containsExactly("3 tensors named LayerNorm.gamma or LayerNorm.beta were read as weight and bias");
    }

    @Test
    void load_gammaBesideWeight_isRefused() {
        assertThatThrownBy(() ->
                        load(file("bert.LayerNorm.gamma", "bert.LayerNorm.weight"), wanted("bert.LayerNorm.weight")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("two tensors stand for 'bert.LayerNorm.weight'");
    }

    @Test
    void load_bareFileIntoHeadModel_prefixIsPutBefore() {
        Loaded loaded = load(
                file("a.weight", "pooler.weight", "embeddings.position_ids"),
                wanted("bert.a.weight", "qa_outputs.weight"));

        assertThat(loaded.report().loaded()).containsExactly("bert.a.weight");
        assertThat(loaded.report().missing()).containsExactly("qa_outputs.weight");
        assertThat(loaded.report().unexpected()).containsExactly("pooler.weight");
        assertThat(loaded.report().notes()).contains("the prefix 'bert.' was put before the file's names");
    }

    @Test
    void load_headFileIntoBareModel_prefixIsTakenOffAndHeadUnexpected() {
        Loaded loaded = load(file("bert.a.weight", "classifier.weight", "a.weight"), wanted("a.weight"));

        assertThat(loaded.report().loaded()).containsExactly("a.weight");
        assertThat(loaded.report().unexpected()).containsExactly("a.weight", "classifier.weight");
    }

    @Test
    void load_buffersAndTiedDecoders_areNotUnexpected() {
        Loaded loaded = WeightLoader.load(
                file(
                        "bert.a.weight",
                        "bert.embeddings.position_ids",
                        "bert.embeddings.token_type_ids",
                        "cls.predictions.decoder.weight"),
                wanted("bert.a.weight"),
                "bert.",
                Set.of("cls.predictions.decoder.weight"));

        assertThat(loaded.report().unexpected()).isEmpty();
        assertThat(loaded.report().notes()).hasSize(3);
    }

    @Test
    void load_otherShape_isMismatchedAndNotMissing() {
        Loaded loaded = load(
                file("bert.a.weight", "classifier.weight"),
                List.of(
                        new WeightSpec("bert.a.weight", Init.NORMAL, List.of(2)),
                        new WeightSpec("classifier.weight", Init.NORMAL, List.of(5, 2))));

        assertThat(loaded.report().mismatched())
                .containsExactly(new Mismatch("classifier.weight", List.of(2), List.of(5, 2)));
        assertThat(loaded.report().missing()).isEmpty();
        assertThat(loaded.tensor("classifier.weight")).isEmpty();
    }

    @Test
    void load_unusualType_isRefusedByName() {
        Map<String, Tensor> file =
                Map.of("bert.a.weight", new Tensor(DType.F8_E5M2, List.of(2), ByteBuffer.allocate(2)));

        assertThatThrownBy(() -> load(file, wanted("bert.a.weight")))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("checkpoint: tensor 'bert.a.weight' is stored as F8_E5M2, which is not read."
                        + " Save it as F32 or F16.");
    }

    @Test
    void load_wantedTwiceOrPrefixWithoutDot_isTheCallersMistake() {
        assertThatThrownBy(() -> load(file(), wanted("a", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the weight 'a' is wanted twice");
        assertThatThrownBy(() -> WeightLoader.load(file(), wanted("a"), "bert", NO_TIES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a base prefix ends with a dot, got 'bert'");
    }

    @Test
    void requireEncoder_missingHeadAndPooler_passes() {
        LoadReport report = load(
                        file("bert.a.weight"), wanted("bert.a.weight", "bert.pooler.dense.weight", "classifier.weight"))
                .report();

        assertThatCode(() -> report.requireEncoder("bert.", "pooler.")).doesNotThrowAnyException();
        assertThatThrownBy(() -> report.requireEncoder("bert."))
                .hasMessageContaining("Missing: 'bert.pooler.dense.weight'.");
    }

    @Test
    void requireEncoder_bareModelWithoutItsWeight_isRefused() {
        LoadReport report = load(file("a.weight"), wanted("a.weight", "b.weight", "pooler.dense.weight"))
                .report();

        assertThatThrownBy(() -> report.requireEncoder("bert.", "pooler."))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("the encoder is not whole. Missing: 'b.weight'.")
                .hasMessageNotContaining("pooler");
    }

    @Test
    void requireEncoder_missingAndMismatched_namesAllWithBothShapes() {
        Loaded loaded = load(
                file("bert.a.weight", "bert.b.weight"),
                List.of(
                        new WeightSpec("bert.a.weight", Init.NORMAL, List.of(3)),
                        new WeightSpec("bert.b.weight", Init.NORMAL, List.of(2)),
                        new WeightSpec("bert.c.weight", Init.NORMAL, List.of(2)),
                        new WeightSpec("bert.d.weight", Init.NORMAL, List.of(2))));

        assertThatThrownBy(() -> loaded.report().requireEncoder("bert."))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("checkpoint: the encoder is not whole. Missing: 'bert.c.weight', 'bert.d.weight'."
                        + " 'bert.a.weight' is [2] in the file, the model wants [3]. Take the config.json that was saved"
                        + " with these weights, or fetch the file again.");
    }

    @Test
    void requireEncoder_otherArchitecture_saysWhichItLooksLike() {
        assertForeign("'roberta'", "roberta.encoder.layer.0.attention.self.query.weight");
        assertForeign("'distilbert' without its prefix", "transformer.layer.0.attention.q_lin.weight");
        assertForeign("'gpt2'", "transformer.h.0.attn.c_attn.weight");
        assertForeign("no architecture known here (they begin with 'x', 'y')", "y.w", "x.w");
    }

    @Test
    void requireShapes_otherNumberOfLabels_isRefusedUnlessNotAsked() {
        LoadReport report = load(
                        file("classifier.weight"),
                        List.of(new WeightSpec("classifier.weight", Init.NORMAL, List.of(5))))
                .report();

        assertThatThrownBy(report::requireShapes)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'classifier.weight' is [2] in the file, the model wants [5]")
                .hasMessageContaining("Ask for as many labels as the file has, or allow a new head.");
    }

    private static void assertForeign(String guess, String... names) {
        LoadReport report =
                load(file(names), wanted("bert.a.weight", "classifier.weight")).report();

        assertThatThrownBy(() -> report.requireEncoder("bert."))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("holds no weight of the encoder. Expected names of the architecture 'bert'")
                .hasMessageContaining("look like " + guess)
                .hasMessageContaining(names[names.length - 1]);
    }

    private static Loaded load(Map<String, Tensor> file, List<WeightSpec> wanted) {
        return WeightLoader.load(file, wanted, "bert.", NO_TIES);
    }

    private static Map<String, Tensor> file(String... names) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Arrays.stream(names).forEach(name -> tensors.put(name, Tensor.ofFloats(List.of(2), new float[2])));
        return tensors;
    }

    private static List<WeightSpec> wanted(String... names) {
        return Arrays.stream(names)
                .map(name -> new WeightSpec(name, Init.NORMAL, List.of(2)))
                .toList();
    }
}
