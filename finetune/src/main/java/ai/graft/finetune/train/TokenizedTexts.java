package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.Truncation;
import java.util.ArrayList;
import java.util.List;

/** Texts as ids, ready to be batched. Immutable. */
final class TokenizedTexts {
    private final List<TokenIds> rows;
    private final int cut;
    private final int padId;
    private final boolean typed;

    private TokenizedTexts(List<TokenIds> rows, int cut, int padId, boolean typed) {
        this.rows = rows;
        this.cut = cut;
        this.padId = padId;
        this.typed = typed;
    }

    static TokenizedTexts of(Dataset data, Tokenizer tokenizer, ModelConfig model, int maxLength) {
        return of(inputs(data), tokenizer, model, maxLength);
    }

    /** Tokenises whole texts, counts those that are too long, and cuts them. */
    static TokenizedTexts of(List<TextInput> texts, Tokenizer tokenizer, ModelConfig model, int maxLength) {
        List<TokenIds> rows = new ArrayList<>(tokenizer.idsAll(texts, Truncation.none()));
        List<Integer> tooLong = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).length() > maxLength) {
                tooLong.add(i);
            }
        }
        List<TextInput> longTexts = tooLong.stream().map(texts::get).toList();
        List<TokenIds> shortened = tokenizer.idsAll(longTexts, Truncation.longestFirst(maxLength));
        for (int i = 0; i < shortened.size(); i++) {
            rows.set(tooLong.get(i), shortened.get(i));
        }
        return new TokenizedTexts(rows, tooLong.size(), model.padTokenId(), model.typeVocabSize() > 1);
    }

    static List<TextInput> inputs(Dataset data) {
        List<TextInput> texts = new ArrayList<>(data.size());
        for (Example example : data.examples()) {
            texts.add(new TextInput(example.text(), example.textPair()));
        }
        return texts;
    }

    int size() {
        return rows.size();
    }

    /** How many texts were longer than the maximum length. */
    int cut() {
        return cut;
    }

    /** Length of every row in tokens. */
    int[] lengths() {
        return rows.stream().mapToInt(TokenIds::length).toArray();
    }

    TokenIds row(int index) {
        return rows.get(index);
    }

    /** The rows of these numbers, padded to the longest. */
    Inputs batch(int[] indices) {
        List<TokenIds> chosen = new ArrayList<>(indices.length);
        for (int index : indices) {
            chosen.add(rows.get(index));
        }
        Batch batch = Batch.pad(chosen, padId);
        // A model without types, or with one, takes type 0 everywhere, whatever the tokenizer says.
        int[] types = typed ? batch.tokenTypeIds() : new int[batch.inputIds().length];
        return new Inputs(batch.rows(), batch.columns(), batch.inputIds(), batch.attentionMask(), types);
    }
}
