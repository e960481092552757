package ai.graft.finetune.train;

import ai.graft.datasets.AnswerSpan;
import ai.graft.datasets.Article;
import ai.graft.datasets.Paragraph;
import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Questions in the words of {@link TinyCheckpoint}: how was the film? The answer is the one word of praise or blame. */
final class TinyQuestions {
    static final String QUESTION = "was the film good";
    private static final List<String> ANSWERS = List.of("great", "bad", "awful");
    private static final List<String> FILLERS =
            List.of("the", "film", "movie", "is", "and", "it", "this", "story", "plot", "we", "saw", "music");

    /** Every question has an answer. */
    static QuestionSet answered(String name, int size, long seed) {
        return of(name, size, Integer.MAX_VALUE, seed);
    }

    /** Every third question has none: its text has no such word. */
    static QuestionSet partlyAnswered(String name, int size, long seed) {
        return of(name, size, 3, seed);
    }

    private static QuestionSet of(String name, int size, int noneEach, long seed) {
        Random random = new Random(seed);
        List<Paragraph> paragraphs = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            boolean none = i % noneEach == 0;
            String before = words(random, 1 + random.nextInt(6));
            String answer = none ? "" : ANSWERS.get(random.nextInt(ANSWERS.size()));
            String context = (before + " " + answer + " " + words(random, 1 + random.nextInt(4))).replace("  ", " ");
            List<AnswerSpan> spans = none ? List.of() : List.of(new AnswerSpan(answer, before.length() + 1));
            paragraphs.add(new Paragraph(context, List.of(Question.of("q" + i, QUESTION, context, spans))));
        }
        return QuestionSet.of(name, List.of(new Article("films", paragraphs)));
    }

    static String words(Random random, int count) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(FILLERS.get(random.nextInt(FILLERS.size())));
        }
        return String.join(" ", words);
    }

    private TinyQuestions() {}
}
