package ai.graft.model.task;

import ai.graft.model.network.Head;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a trained model is for. */
public sealed interface Task {

    /** The kind's name at the command line and in {@code graft.json}. */
    String name();

    /** The head on top of an encoder. */
    Head head();

    /** Texts are given labels or numbers. */
    sealed interface OfText extends Task {
        /** Names of the head's outputs in order. */
        List<String> labels();

        /** {@code problem_type} of {@code config.json}. */
        String problemType();

        /** What the outputs of a row become: probabilities, or the values themselves. */
        float[] scores(float[] logits);

        @Override
        default Head head() {
            return new Head.SequenceClassification(labels().size());
        }
    }

    /**
     * One of several labels. Scores are the softmax of the logits over the temperature (C. Guo et al., arXiv 1706.04599): the
     * order of the labels is that of the logits, whatever the temperature.
     *
     * @param temperature above 0; above 1 makes scores more even, below 1 less
     */
    record SingleLabel(List<String> labels, double temperature) implements OfText {
        public SingleLabel {
            labels = List.copyOf(labels);
            requireDistinct(labels);
            if (labels.size() < 2) {
                throw new IllegalArgumentException("a single-label task needs 2 labels or more, got " + labels);
            }
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new IllegalArgumentException("a single-label task needs a temperature above 0, got " + temperature
                        + "; 1 leaves scores alone");
            }
        }

        /** Scores are the softmax of the logits as they are. */
        public SingleLabel(List<String> labels) {
            this(labels, 1);
        }

        @Override
        public String problemType() {
            return "single_label_classification";
        }

        @Override
        public String name() {
            return "single-label";
        }

        /**
         * −log Σ exp of the logits, whatever the temperature: low for texts like those of the training, high for texts that
         * belong to no label (W. Liu et al., Energy-based out-of-distribution detection, arXiv 2010.03759).
         */
        public static double energy(float[] logits) {
            double max = max(logits);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - max);
            }
            return -max - Math.log(sum);
        }

        private static double max(float[] logits) {
            double max = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                max = Math.max(max, logit);
            }
            return max;
        }

        @Override
        public float[] scores(float[] logits) {
            double max = max(logits);
            double[] exp = new double[logits.length];
            double sum = 0;
            for (int i = 0; i < exp.length; i++) {
                exp[i] = Math.exp((logits[i] - max) / temperature);
                sum += exp[i];
            }
            float[] scores = new float[logits.length];
            for (int i = 0; i < exp.length; i++) {
                scores[i] = (float) (exp[i] / sum);
            }
            return scores;
        }
    }

    /**
     * Any number of labels at once. Scores are the sigmoids of the logits.
     *
     * @param thresholds the score from which a label is given, by label, each in [0, 1]
     */
    record MultiLabel(List<String> labels, List<Double> thresholds) implements OfText {
        private static final double DEFAULT_THRESHOLD = 0.5;

        public MultiLabel {
            labels = List.copyOf(labels);
            thresholds = List.copyOf(thresholds);
            requireDistinct(labels);
            if (labels.isEmpty()) {
                throw new IllegalArgumentException("a multi-label task needs a label");
            }
            if (thresholds.size() != labels.size()
                    || !thresholds.stream().allMatch(level -> level >= 0 && level <= 1)) {
                throw new IllegalArgumentException("a multi-label task of " + labels.size()
                        + " labels needs as many thresholds from 0 to 1, got " + thresholds);
            }
        }

        /** Each label is given from 0.5 on. */
        public MultiLabel(List<String> labels) {
            this(labels, Collections.nCopies(labels.size(), DEFAULT_THRESHOLD));
        }

        @Override
        public String problemType() {
            return "multi_label_classification";
        }

        @Override
        public String name() {
            return "multi-label";
        }

        @Override
        public float[] scores(float[] logits) {
            float[] scores = new float[logits.length];
            for (int i = 0; i < logits.length; i++) {
                scores[i] = (float) (1 / (1 + Math.exp(-logits[i])));
            }
            return scores;
        }
    }

    /** Numbers. Scores are the outputs themselves. */
    record Regression(List<String> labels) implements OfText {
        public Regression {
            labels = List.copyOf(labels);
            requireDistinct(labels);
            if (labels.isEmpty()) {
                throw new IllegalArgumentException("a regression needs an output");
            }
        }

        @Override
        public String problemType() {
            return "regression";
        }

        @Override
        public String name() {
            return "regression";
        }

        @Override
        public float[] scores(float[] logits) {
            return logits.clone();
        }
    }

    /** Questions are answered with a stretch of the text that they are asked of. */
    record QuestionAnswering(AnswerRules rules) implements Task {
        /** The kind's name. */
        public static final String NAME = "question-answering";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Head head() {
            return new Head.QuestionAnswering();
        }
    }

    /**
     * Words that were hidden are guessed, which teaches an encoder the language of its texts.
     *
     * @param share of the words that are hidden, above 0 and at most 0.9
     */
    record MaskedWords(double share) implements Task {
        /** Beyond it hardly anything is left to guess by. */
        private static final double MOST = 0.9;

        public MaskedWords {
            if (!(share > 0 && share <= MOST)) {
                throw new IllegalArgumentException(
                        "mask is " + share + ", expected a share of the words above 0 and at most " + MOST);
            }
        }

        @Override
        public String name() {
            return "masked-lm";
        }

        @Override
        public Head head() {
            return new Head.MaskedLm();
        }
    }

    /**
     * The task of a text classifier or regressor that a configuration describes: by {@code problem_type}; without one, a single output is a regression and
     * more are single-label, as transformers decides.
     *
     * @throws IllegalArgumentException where {@code problemType} is unknown
     */
    static OfText of(List<String> labels, Optional<String> problemType) {
        String type = problemType.orElse(labels.size() == 1 ? "regression" : "single_label_classification");
        return switch (type) {
            case "single_label_classification" -> new SingleLabel(labels);
            case "multi_label_classification" -> new MultiLabel(labels);
            case "regression" -> new Regression(labels);
            default ->
                throw new IllegalArgumentException("problem_type '" + type + "' is unknown; known are"
                        + " single_label_classification, multi_label_classification and regression");
        };
    }

    private static void requireDistinct(List<String> labels) {
        Set<String> distinct = new TreeSet<>(labels);
        if (distinct.size() != labels.size()) {
            throw new IllegalArgumentException("labels must differ, got " + labels);
        }
    }
}
