package ai.graft.finetune.explain;

import ai.graft.tokenizer.Encoding;
import ai.graft.tokenizer.TextInput;
import java.util.Comparator;
import java.util.List;

/**
 * Which words carried a prediction.
 *
 * @param input the text or pair
 * @param label whose logit is explained
 * @param score of the label, as the model predicts it
 * @param logit of the label
 * @param baseline the label's logit with every word masked
 * @param words those that were read, in their order; their values sum up to {@code logit − baseline} but for {@code error}
 * @param error of that sum, as a share of the difference
 * @param steps places on the way from masks to words that were looked at
 * @param cut whether the text is longer than the model reads at once, and words beyond that are missing
 */
public record Explanation(
        TextInput input,
        String label,
        double score,
        double logit,
        double baseline,
        List<WordAttribution> words,
        double error,
        int steps,
        boolean cut) {
    public Explanation {
        words = List.copyOf(words);
    }

    /** Gives the parts of tokens to words. */
    public static Explanation of(
            TextInput input, Encoding encoding, String label, double score, IntegratedGradients parts, boolean cut) {
        List<WordAttribution> words = Words.of(input, encoding, parts.values());
        return new Explanation(input, label, score, parts.to(), parts.from(), words, parts.error(), parts.steps(), cut);
    }

    /** The words that spoke for the label most first, those against it last. */
    public List<WordAttribution> ranked() {
        return words.stream()
                .sorted(Comparator.comparingDouble(WordAttribution::value).reversed())
                .toList();
    }

    /** The largest value of a word whichever way it spoke; 0 where there is none. */
    public double largest() {
        return words.stream().mapToDouble(word -> Math.abs(word.value())).max().orElse(0);
    }
}
