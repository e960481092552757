package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.model.network.Init;
import ai.graft.model.network.WeightSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Names are transformers', written by hand. */
class ParameterGroupsTest {
    private static final List<WeightSpec> BERT = List.of(
            spec("bert.embeddings.word_embeddings.weight", Init.NORMAL),
            spec("bert.embeddings.LayerNorm.weight", Init.ONES),
            spec("bert.embeddings.LayerNorm.bias", Init.ZEROS),
            spec("bert.encoder.layer.0.attention.self.query.weight", Init.NORMAL),
            spec("bert.encoder.layer.0.attention.self.query.bias", Init.ZEROS),
            spec("bert.encoder.layer.1.output.dense.weight", Init.NORMAL),
            spec("bert.encoder.layer.1.output.LayerNorm.weight", Init.ONES),
            spec("bert.pooler.dense.weight", Init.NORMAL),
            spec("classifier.weight", Init.NORMAL),
            spec("classifier.bias", Init.ZEROS));

    private static final List<WeightSpec> DISTILBERT = List.of(
            spec("distilbert.embeddings.position_embeddings.weight", Init.NORMAL),
            spec("distilbert.transformer.layer.0.attention.q_lin.weight", Init.NORMAL),
            spec("distilbert.transformer.layer.1.sa_layer_norm.weight", Init.ONES),
            spec("pre_classifier.weight", Init.NORMAL),
            spec("classifier.weight", Init.NORMAL));

    private static WeightSpec spec(String name, Init init) {
        return new WeightSpec(name, init, List.of(2));
    }

    /** Name to factor and decay. */
    private static Map<String, List<Double>> byName(List<ParameterGroup> groups) {
        Map<String, List<Double>> found = new LinkedHashMap<>();
        groups.forEach(group -> group.names()
                .forEach(name -> found.put(name, List.of(group.learningRateFactor(), group.weightDecay()))));
        return found;
    }

    @Test
    void of_noLayerDecay_isTwoGroups() {
        List<ParameterGroup> groups = ParameterGroups.of(BERT, List.of(), 0.01, 1, 2);

        assertThat(groups).hasSize(2);
        assertThat(groups.get(0).weightDecay()).isEqualTo(0.01);
        assertThat(groups.get(0).names())
                .containsExactly(
                        "bert.embeddings.word_embeddings.weight",
                        "bert.encoder.layer.0.attention.self.query.weight",
                        "bert.encoder.layer.1.output.dense.weight",
                        "bert.pooler.dense.weight",
                        "classifier.weight");
        assertThat(groups.get(1).weightDecay()).isZero();
        assertThat(groups.get(1).names())
                .containsExactly(
                        "bert.embeddings.LayerNorm.weight",
                        "bert.embeddings.LayerNorm.bias",
                        "bert.encoder.layer.0.attention.self.query.bias",
                        "bert.encoder.layer.1.output.LayerNorm.weight",
                        "classifier.bias");
        assertThat(groups)
                .allSatisfy(group -> assertThat(group.learningRateFactor()).isEqualTo(1));
    }

    @Test
    void of_layerDecayOneHalf_halvesTheRateLayerByLayer() {
        Map<String, List<Double>> bert = byName(ParameterGroups.of(BERT, List.of(), 0.01, 0.5, 2));

        assertThat(bert).hasSize(10);
        assertThat(bert).extractingByKey("classifier.weight", LIST).containsExactly(1.0, 0.01);
        assertThat(bert).extractingByKey("classifier.bias", LIST).containsExactly(1.0, 0.0);
        assertThat(bert).extractingByKey("bert.pooler.dense.weight", LIST).containsExactly(1.0, 0.01);
        assertThat(bert)
                .extractingByKey("bert.encoder.layer.1.output.dense.weight", LIST)
                .containsExactly(0.5, 0.01);
        assertThat(bert)
                .extractingByKey("bert.encoder.layer.1.output.LayerNorm.weight", LIST)
                .containsExactly(0.5, 0.0);
        assertThat(bert)
                .extractingByKey("bert.encoder.layer.0.attention.self.query.weight", LIST)
                .containsExactly(0.25, 0.01);
        assertThat(bert)
                .extractingByKey("bert.embeddings.word_embeddings.weight", LIST)
                .containsExactly(0.125, 0.01);
        assertThat(bert).extractingByKey("bert.embeddings.LayerNorm.bias", LIST).containsExactly(0.125, 0.0);
    }

    @Test
    void of_distilBert_knowsItsNames() {
        Map<String, List<Double>> found = byName(ParameterGroups.of(DISTILBERT, List.of(), 0.1, 0.9, 2));

        assertThat(found).extractingByKey("pre_classifier.weight", LIST).containsExactly(1.0, 0.1);
        assertThat(found)
                .extractingByKey("distilbert.transformer.layer.1.sa_layer_norm.weight", LIST)
                .containsExactly(0.9, 0.0);
        assertThat(found)
                .extractingByKey("distilbert.transformer.layer.0.attention.q_lin.weight", LIST)
                .first(DOUBLE)
                .isCloseTo(0.81, Offset.offset(1e-12));
        assertThat(found)
                .extractingByKey("distilbert.embeddings.position_embeddings.weight", LIST)
                .first(DOUBLE)
                .isCloseTo(0.729, Offset.offset(1e-12));
    }

    @Test
    void of_frozenPrefixes_leavesTheseOut() {
        Map<String, List<Double>> found =
                byName(ParameterGroups.of(BERT, List.of("bert.embeddings.", "bert.encoder.layer.0."), 0.01, 1, 2));

        assertThat(found.keySet())
                .containsExactlyInAnyOrder(
                        "bert.encoder.layer.1.output.dense.weight",
                        "bert.encoder.layer.1.output.LayerNorm.weight",
                        "bert.pooler.dense.weight",
                        "classifier.weight",
                        "classifier.bias");
    }

    @Test
    void freezeNames_embeddingsLayersEncoder_areTheFrozenWeights() {
        assertThat(Freeze.parse("nothing").names(BERT, 2)).isEmpty();
        assertThat(Freeze.parse("embeddings").names(DISTILBERT, 2))
                .containsExactly("distilbert.embeddings.position_embeddings.weight");
        assertThat(Freeze.parse("layers:1").names(DISTILBERT, 2))
                .containsExactly(
                        "distilbert.embeddings.position_embeddings.weight",
                        "distilbert.transformer.layer.0.attention.q_lin.weight");
        assertThat(Freeze.parse("encoder").names(BERT, 2))
                .hasSize(7)
                .noneMatch(name -> name.startsWith("bert.pooler") || name.startsWith("classifier"));
    }
}
