package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.data.text.impl.TextFeatureExtractorImpl;
import org.tribuo.data.text.impl.TokenPipeline;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.util.tokens.universal.UniversalTokenizer;

/**
 * Counts of words and of pairs of neighbouring words with logistic regression, by Tribuo: what a pretrained model has to beat.
 */
final class WordBaseline {
    private static final int LONGEST = 2;
    private static final int EPOCHS = 5;
    private static final int MINI_BATCH = 32;
    private static final double RATE = 0.5;
    private static final double EPSILON = 0.1;

    /** Says at every training how many rows there are; held, since loggers are kept weakly. */
    private static final Logger LIBRARY = Logger.getLogger("org.tribuo");

    static {
        LIBRARY.setLevel(Level.WARNING);
    }

    private final TextFeatureExtractorImpl<Label> extractor =
            new TextFeatureExtractorImpl<>(new TokenPipeline(new UniversalTokenizer(), LONGEST, true));
    private final List<String> labels;
    private final Model<Label> model;
    private final float[] shares;

    /** Trains on rows with one label each. */
    WordBaseline(Dataset train, long seed) {
        labels = train.labels();
        LabelFactory factory = new LabelFactory();
        MutableDataset<Label> rows =
                new MutableDataset<>(new SimpleDataSourceProvenance(train.name(), factory), factory);
        shares = new float[labels.size()];
        for (Example example : train.examples()) {
            shares[labels.indexOf(label(example))] += 1f / train.size();
            org.tribuo.Example<Label> row = extractor.extract(new Label(label(example)), text(example));
            if (row.size() > 0) { // the library refuses rows without any word
                rows.add(row);
            }
        }
        model = new LinearSGDTrainer(
                        new LogMulticlass(), new AdaGrad(RATE, EPSILON), EPOCHS, Integer.MAX_VALUE, MINI_BATCH, seed)
                .train(rows);
    }

    /**
     * Judges it.
     *
     * @throws DatasetException where a label never occurred in training
     */
    SingleLabelEvaluation evaluate(Dataset test) {
        int[] gold = new int[test.size()];
        List<float[]> probabilities = new ArrayList<>();
        for (int i = 0; i < gold.length; i++) {
            Example example = test.examples().get(i);
            gold[i] = labels.indexOf(label(example));
            if (gold[i] < 0) {
                throw new DatasetException(test.name() + ", row " + example.row() + ": label '" + label(example)
                        + "' is not among the " + labels.size() + " labels of training");
            }
            probabilities.add(probabilities(text(example)));
        }
        return SingleLabelEvaluation.of(labels, gold, probabilities.toArray(float[][]::new));
    }

    /** A text without any known word gets the labels' shares of the training data. */
    private float[] probabilities(String text) {
        org.tribuo.Example<Label> row = extractor.extract(LabelFactory.UNKNOWN_LABEL, text);
        if (row.size() == 0) {
            return shares;
        }
        Prediction<Label> prediction = model.predict(row);
        if (prediction.getNumActiveFeatures() == 0) {
            return shares;
        }
        Map<String, Label> scores = prediction.getOutputScores();
        float[] shown = new float[labels.size()];
        float sum = 0;
        for (int i = 0; i < shown.length; i++) {
            Label score = scores.get(labels.get(i));
            shown[i] = score == null ? 0 : (float) score.getScore();
            sum += shown[i];
        }
        for (int i = 0; i < shown.length; i++) {
            shown[i] /= sum;
        }
        return shown;
    }

    private static String label(Example example) {
        return example.labels().get(0);
    }

    private static String text(Example example) {
        return example.textPair().map(pair -> example.text() + "\n" + pair).orElse(example.text());
    }
}
