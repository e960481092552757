package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.model.network.DropoutRates;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingOptionsTest {

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                wrong("epochs is 0.0, expected above 0 and finite", b -> b.epochs(0)),
                wrong("epochs is Infinity, expected above 0 and finite", b -> b.epochs(Double.POSITIVE_INFINITY)),
                wrong("epochs is NaN, expected above 0 and finite", b -> b.epochs(Double.NaN)),
                wrong("batch-size is 0, expected 1 or more", b -> b.batchSize(0)),
                wrong("batch-tokens is 7, expected 8 or more", b -> b.batchTokens(7)),
                wrong("accumulate is 0, expected 1 or more", b -> b.accumulate(0)),
                wrong("lr is 0.0, expected above 0 and below 1", b -> b.learningRate(0)),
                wrong("lr is 1.0, expected above 0 and below 1", b -> b.learningRate(1)),
                wrong("lr is NaN, expected above 0 and below 1", b -> b.learningRate(Double.NaN)),
                wrong("weight-decay is -0.1, expected 0 to below 1", b -> b.weightDecay(-0.1)),
                wrong("warmup is -1.0, expected 0 or more", b -> b.warmup(-1)),
                wrong("clip is -1.0, expected above 0 and finite", b -> b.maxGradNorm(-1)),
                wrong("max-length is 3, expected 4 or more", b -> b.maxLength(3)),
                wrong("layer-decay is 0.0, expected above 0 and at most 1", b -> b.layerDecay(0)),
                wrong("layer-decay is 1.1, expected above 0 and at most 1", b -> b.layerDecay(1.1)),
                wrong("label-smoothing is 1.0, expected 0 to below 1", b -> b.labelSmoothing(1)),
                wrong("focal-loss is -1.0, expected 0 or more and finite", b -> b.focalLoss(-1)),
                wrong("focal-loss is NaN, expected 0 or more and finite", b -> b.focalLoss(Double.NaN)),
                wrong(
                        "label-smoothing is 0.1, expected 0 beside focal-loss 2.0: one asks for less certain answers, the"
                                + " other weighs by them",
                        b -> b.focalLoss(2).labelSmoothing(0.1)),
                wrong("layers is 0, expected 1 or more", b -> b.layers(0)),
                wrong("eval-steps is 0, expected 1 or more", b -> b.evalSteps(0)),
                wrong("patience is -1, expected 0 or more", b -> b.patience(-1)),
                wrong("validation-share is 1.0, expected between 0 and 1", b -> b.validationShare(1)),
                wrong("beta1 is 1.0, expected 0 to below 1", b -> b.beta1(1)),
                wrong("beta2 is -0.5, expected 0 to below 1", b -> b.beta2(-0.5)),
                wrong("eps is 0.0, expected above 0 and finite", b -> b.eps(0)),
                wrong("task is 'ner', expected single-label, multi-label or regression", b -> b.task("ner")));
    }

    private static Arguments wrong(String message, Consumer<TrainingOptions.Builder> setting) {
        return Arguments.of(message, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outOfRange")
    void build_outOfRange_namesSettingAndBothValues(String message, Consumer<TrainingOptions.Builder> setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    TrainingOptions.Builder builder = TrainingOptions.builder();
                    setting.accept(builder);
                    builder.build();
                })
                .withMessage(message);
    }

    @Test
    void build_clip0_isNoClipping() {
        assertThat(TrainingOptions.builder().maxGradNorm(0).build().maxGradNorm())
                .isEmpty();
        assertThat(TrainingOptions.defaults().maxGradNorm()).hasValue(1);
    }

    @Test
    void dropoutRates_outOfRange_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DropoutRates(1.5, 0, 0))
                .withMessage("hidden dropout is 1.5, expected 0 to 0.99");
    }
}
