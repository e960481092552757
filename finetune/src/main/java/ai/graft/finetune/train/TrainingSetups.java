package ai.graft.finetune.train;

import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the settings of a training are for the network that it begins from. */
final class TrainingSetups {
    /** The setup of a training's steps. */
    static TrainingSetup of(
            TrainingOptions settings,
            Lesson<?> lesson,
            PretrainedNetwork pretrained,
            LearningRates rates,
            Precision precision) {
        return new TrainingSetup(
                lesson.loss(),
                dropout(settings, pretrained.network().dropout(lesson.head())),
                precision,
                Extent.HEAD_ONLY,
                groups(settings, lesson.head(), pretrained, rates.headFactor()),
                settings.beta1(),
                settings.beta2(),
                settings.eps(),
                settings.maxGradNorm());
    }

    private static List<ParameterGroup> groups(
            TrainingOptions settings, Head head, PretrainedNetwork pretrained, double headFactor) {
        List<WeightSpec> weights = ShapeOps.weights(pretrained.network(), head);
        int layers = pretrained.network().config().numHiddenLayers();
        ToDoubleFunction<WeightSpec> byLayer = ParameterGroups.layerDecay(settings.decayALayer(), layers);
        List<String> frozen = new ArrayList<>(settings.freeze().names(weights, layers));
        frozen.addAll(settings.way().frozen(weights, layers));
        return ParameterGroups.of(
                weights,
                frozen,
                settings.weightDecay(),
                weights.stream().anyMatch(pretrained::isFresh)
                        ? weight ->
                                ParameterGroups.isAboveTheEncoder(weight) ? headFactor : byLayer.applyAsDouble(weight)
                        : byLayer);
    }

    private static DropoutRates dropout(TrainingOptions settings, DropoutRates configured) {
        return new DropoutRates(
                settings.hiddenDropout().orElse(configured.hidden()),
                settings.attentionDropout().orElse(configured.attention()),
                settings.classifierDropout().orElse(configured.classifier()),
                settings.way().adapterDropout());
    }

    private TrainingSetups() {}
}
