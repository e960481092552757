package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Small labelled data in the words of {@link TinyCheckpoint}. */
final class TinyData {
    private static final List<String> FILLERS =
            List.of("the", "film", "movie", "was", "is", "and", "it", "this", "story", "plot", "we", "saw", "music");
    private static final List<String> GOOD = List.of("good", "great");
    private static final List<String> BAD = List.of("bad", "awful");

    /** Labels {@code bad} and {@code good} in turn; a word of the text tells. */
    static Dataset reviews(String name, int rows, long seed) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int row = 1; row <= rows; row++) {
            boolean good = row % 2 == 0;
            String text = text(random, List.of((good ? GOOD : BAD).get(random.nextInt(2))));
            examples.add(example(text, List.of(good ? "good" : "bad"), row));
        }
        return Dataset.of(name, examples, LabelKind.SINGLE);
    }

    /** The same texts with the other label each. */
    static Dataset contradicted(Dataset reviews) {
        List<Example> examples = reviews.examples().stream()
                .map(row -> example(row.text(), List.of(row.labels().contains("good") ? "bad" : "good"), row.row()))
                .toList();
        return Dataset.of("contradicted", examples, LabelKind.SINGLE);
    }

    /** Labels {@code praise} and {@code cast}, both, one or none, each told by a word. */
    static Dataset topics(String name, int rows, long seed) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int row = 1; row <= rows; row++) {
            List<String> words = new ArrayList<>();
            List<String> labels = new ArrayList<>();
            if (row % 2 == 0) {
                words.add("great");
                labels.add("praise");
            }
            if (row % 3 == 0) {
                words.add("actor");
                labels.add("cast");
            }
            examples.add(example(text(random, words), labels, row));
        }
        return Dataset.of(name, examples, LabelKind.MULTI);
    }

    /** Scores 0.5, 1.5 and 2.5: bad, neither, good. */
    static Dataset scores(String name, int rows, long seed) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int row = 1; row <= rows; row++) {
            int kind = row % 3;
            List<String> words = kind == 0 ? BAD.subList(0, 1) : kind == 1 ? List.of() : GOOD.subList(0, 1);
            examples.add(example(text(random, words), List.of(kind + ".5"), row));
        }
        return Dataset.of(name, examples, LabelKind.REGRESSION);
    }

    static Example example(String text, List<String> labels, int row) {
        return new Example(text, Optional.empty(), labels, row);
    }

    private static String text(Random random, List<String> telling) {
        List<String> words = new ArrayList<>(telling);
        int fillers = 1 + random.nextInt(5);
        for (int i = 0; i < fillers; i++) {
            words.add(FILLERS.get(random.nextInt(FILLERS.size())));
        }
        Collections.shuffle(words, random);
        return String.join(" ", words);
    }

    private TinyData() {}
}
