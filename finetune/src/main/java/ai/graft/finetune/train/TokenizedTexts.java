package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.FittedIds;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Texts as rows of ids, ready to be batched: a row a text, or one for each of its windows. Immutable. */
final class TokenizedTexts {
    private final IdRows rows;
    private final int[] owners; // text of each row
    private final int[] wholeLengths; // by text
    private final int maxLength;

    private TokenizedTexts(List<FittedIds> fitted, int maxLength, ModelConfig model) {
        List<TokenIds> ids = new ArrayList<>(fitted.size());
        this.wholeLengths = fitted.stream().mapToInt(FittedIds::wholeLength).toArray();
        this.owners =
                new int[fitted.stream().mapToInt(text -> text.pieces().size()).sum()];
        for (int text = 0; text < fitted.size(); text++) {
            for (TokenIds piece : fitted.get(text).pieces()) {
                owners[ids.size()] = text;
                ids.add(piece);
            }
        }
        this.rows = IdRows.of(ids, model);
        this.maxLength = maxLength;
    }

    static TokenizedTexts of(Dataset data, Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return of(inputs(data), tokenizer, model, limit);
    }

    /** Tokenises the texts and makes them fit. */
    static TokenizedTexts of(List<TextInput> texts, Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return new TokenizedTexts(limit.fit(tokenizer, texts), limit.maxLength(), model);
    }

    static List<TextInput> inputs(Dataset data) {
        List<TextInput> texts = new ArrayList<>(data.size());
        for (Example example : data.examples()) {
            texts.add(new TextInput(example.text(), example.textPair()));
        }
        return texts;
    }

    /** Number of texts. */
    int texts() {
        return wholeLengths.length;
    }

    /** Number of rows: windows, where long texts are read in windows, else texts. */
    int rows() {
        return rows.size();
    }

    /** Length of every text in tokens before it was cut. */
    int[] wholeLengths() {
        return wholeLengths.clone();
    }

    /** How many texts were longer than the maximum length. */
    int tooLong() {
        return (int) Arrays.stream(wholeLengths).filter(this::tooLong).count();
    }

    /** Whether a text of this length is longer than the maximum length. */
    boolean tooLong(int length) {
        return length > maxLength;
    }

    /** Length of every row in tokens. */
    int[] lengths() {
        return rows.lengths();
    }

    /** The text that each of these rows is of. */
    int[] owners(int[] indices) {
        return Arrays.stream(indices).map(row -> owners[row]).toArray();
    }

    TokenIds row(int index) {
        return rows.rows().get(index);
    }

    /** The rows of these numbers, padded to the longest. */
    Inputs batch(int[] indices) {
        return rows.batch(indices);
    }
}
