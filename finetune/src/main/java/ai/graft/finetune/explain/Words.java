package ai.graft.finetune.explain;

import ai.graft.tokenizer.Encoding;
import ai.graft.tokenizer.TextInput;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** From the parts of tokens to those of words, by the tokens' offsets. Words are Unicode's; marks stand by themselves. */
final class Words {
    private Words() {}

    /**
     * The words that tokens stand for, in the order of the texts; a word without tokens was not read.
     *
     * @param values of all tokens of {@code encoding}, those of special tokens 0
     */
    static List<WordAttribution> of(TextInput input, Encoding encoding, double[] values) {
        List<WordAttribution> words = new ArrayList<>(words(0, input.text(), encoding, values));
        input.pair().ifPresent(pair -> words.addAll(words(1, pair, encoding, values)));
        return List.copyOf(words);
    }

    private static List<WordAttribution> words(int sequence, String text, Encoding encoding, double[] values) {
        BreakIterator breaks = BreakIterator.getWordInstance(Locale.ROOT);
        breaks.setText(text);
        Map<Integer, Double> sums = new TreeMap<>(); // by the word's start
        for (int i = 0; i < values.length; i++) {
            if (encoding.sequenceIds()[i] == sequence && encoding.ends()[i] > encoding.starts()[i]) {
                // The last character: that of a token which brings the blank before its word is a blank.
                breaks.following(encoding.ends()[i] - 1);
                sums.merge(breaks.previous(), values[i], Double::sum);
            }
        }
        List<WordAttribution> words = new ArrayList<>();
        sums.forEach((start, value) -> {
            int end = breaks.following(start);
            words.add(new WordAttribution(sequence, start, end, text.substring(start, end), value));
        });
        return words;
    }
}
