package ai.graft.finetune.train;

import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Lora;
import ai.graft.model.network.WeightSpec;
import java.util.List;

/** How much of a pretrained model is trained, and in which way. The head, and a pooler, always are. */
public sealed interface Transfer {

    /** The names of the weights that keep their pretrained values, of a network with so many encoder layers. */
    List<String> frozen(List<WeightSpec> weights, int encoderLayers);

    /** What the encoder's default learning rate is multiplied by: few weights need larger steps. */
    default double rateFactor() {
        return 1;
    }

    /** Factor of the learning rate from one layer to the next below, where none is given. */
    default double layerDecay() {
        return 1;
    }

    /** The network to train, made of the pretrained one. */
    default PretrainedNetwork begin(PretrainedNetwork pretrained) {
        return pretrained;
    }

    /** Whether a weight so many layers below the head is trained yet, after this share of the training. */
    default boolean thawed(int layersToTop, int encoderLayers, double progress) {
        return true;
    }

    /** Dropout in front of adapters. */
    default double adapterDropout() {
        return 0;
    }

    /** All weights. */
    record Full() implements Transfer {
        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return List.of();
        }

        @Override
        public String toString() {
            return "full";
        }
    }

    /** Nothing: all weights begin at random. What a transfer gains is measured against this. */
    record Scratch() implements Transfer {
        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return List.of();
        }

        @Override
        public PretrainedNetwork begin(PretrainedNetwork pretrained) {
            return pretrained.anew();
        }

        @Override
        public String toString() {
            return "scratch";
        }
    }

    /**
     * The encoder as it is: it reads each text once, its vectors are kept on disk, and a linear head is fitted to them in place of
     * being trained in steps.
     */
    record Frozen() implements Transfer {
        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return inEncoder(weights, encoderLayers);
        }

        @Override
        public String toString() {
            return "frozen";
        }
    }

    /** The encoder learns from pairs which texts have the same label, then a linear head is fitted to its vectors: {@link ContrastiveLesson}. */
    record Contrastive() implements Transfer {
        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return List.of();
        }

        @Override
        public String toString() {
            return "contrastive";
        }
    }

    /** The last layers alone. */
    record Top(int layers) implements Transfer {
        public Top {
            if (layers < 1) {
                throw new IllegalArgumentException(
                        "transfer top:" + layers + ", expected 1 or more; --freeze encoder trains no layer");
            }
        }

        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            if (layers > encoderLayers) {
                throw new IllegalArgumentException(
                        "transfer " + this + ": the model has " + encoderLayers + " layers; 'full' trains them all");
            }
            return new Freeze.Layers(encoderLayers - layers).names(weights, encoderLayers);
        }

        @Override
        public String toString() {
            return "top:" + layers;
        }
    }

    /**
     * One layer after the other from the top down, with learning rates that fall towards the embeddings (Howard and Ruder, arXiv
     * 1801.06146). The last of them thaws when half of the training is done. What is still frozen is computed with all the
     * same: this saves no time.
     */
    record Gradual() implements Transfer {
        private static final double ALL_THAWED = 0.5;
        private static final double LAYER_DECAY = 0.9;

        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return List.of();
        }

        @Override
        public double layerDecay() {
            return LAYER_DECAY;
        }

        @Override
        public boolean thawed(int layersToTop, int encoderLayers, double progress) {
            return progress >= ALL_THAWED * layersToTop / (encoderLayers + 1);
        }

        @Override
        public String toString() {
            return "gradual";
        }
    }

    /** The encoder's biases alone, those of its norms included (Ben Zaken et al., arXiv 2106.10199). */
    record BitFit() implements Transfer {
        private static final double RATE_FACTOR = 10;

        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return inEncoder(weights, encoderLayers).stream()
                    .filter(name -> !name.endsWith(".bias"))
                    .toList();
        }

        @Override
        public double rateFactor() {
            return RATE_FACTOR;
        }

        @Override
        public String toString() {
            return "bitfit";
        }
    }

    /**
     * Low-rank adapters, merged into their layers when they are trained; saved apart, too.
     *
     * @param dropout in front of the adapters
     */
    record LowRank(Lora lora, double dropout) implements Transfer {
        /** Rank 8 beside every linear layer of the encoder: 2 % of MiniLM's weights. */
        public static final LowRank DEFAULT = new LowRank(new Lora(8, 16, List.of(Lora.ALL_LINEAR)), 0.05);

        private static final double RATE_FACTOR = 10;

        public LowRank {
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("lora-dropout is " + dropout + ", expected 0 to below 1");
            }
        }

        @Override
        public List<String> frozen(List<WeightSpec> weights, int encoderLayers) {
            return inEncoder(weights, encoderLayers).stream()
                    .filter(name -> !Lora.isAdapter(name))
                    .toList();
        }

        @Override
        public double rateFactor() {
            return RATE_FACTOR;
        }

        @Override
        public PretrainedNetwork begin(PretrainedNetwork pretrained) {
            return pretrained.adapted(lora);
        }

        @Override
        public double adapterDropout() {
            return dropout;
        }

        @Override
        public String toString() {
            return "lora, " + lora + ", dropout " + dropout;
        }
    }

    private static List<String> inEncoder(List<WeightSpec> weights, int encoderLayers) {
        return weights.stream()
                .map(WeightSpec::name)
                .filter(name -> ParameterGroups.layersToTop(name, encoderLayers) > 0)
                .toList();
    }
}
