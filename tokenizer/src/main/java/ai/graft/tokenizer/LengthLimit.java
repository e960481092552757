package ai.graft.tokenizer;

import java.util.List;
import java.util.Locale;

/**
 * How much of a text a model reads.
 *
 * @param maxLength tokens at once, special tokens included
 * @param beyond what becomes of longer texts
 */
public record LengthLimit(int maxLength, LongTexts beyond) {

    /** Each text's ids, cut or in windows, in the order of the texts. */
    public List<FittedIds> fit(Tokenizer tokenizer, List<TextInput> texts) {
        return switch (beyond) {
            case HEAD -> tokenizer.fitAll(texts, Truncation.longestFirst(maxLength));
            case HEAD_TAIL -> tokenizer.fitAll(texts, Truncation.headTail(maxLength));
            case WINDOWS -> tokenizer.fitAllInWindows(texts, maxLength);
        };
    }

    /** One sentence on how many texts were too long, none included. */
    public String note(int tooLong, int texts) {
        return tooLong == 0
                ? String.format(Locale.ROOT, "none of %,d texts is longer than %d tokens", texts, maxLength)
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d texts are longer than %d tokens and %s",
                        tooLong,
                        texts,
                        maxLength,
                        beyond.fate());
    }
}
