package ai.graft.datasets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together the articles, paragraphs and questions of a file in their order, and refuses what is no question. */
final class QuestionCollector {
    private static final int EXCERPT = 60;

    private final SourceFile file;
    private final List<Article> articles = new ArrayList<>();
    private final List<Paragraph> paragraphs = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private final List<MisplacedAnswer> misplaced = new ArrayList<>();
    private final Map<String, String> places = new HashMap<>(); // where each id stands
    private Optional<String> title = Optional.empty();
    private Optional<String> context = Optional.empty();

    QuestionCollector(SourceFile file) {
        this.file = file;
    }

    /** Begins an article. */
    void article(String newTitle) {
        endArticle();
        title = Optional.of(newTitle);
    }

    /** Begins a paragraph. */
    void paragraph(String place, String newContext) {
        if (newContext.isBlank()) {
            throw error(
                    place, "the context is empty, expected the text that the questions are about. Write or remove it.");
        }
        endParagraph();
        context = Optional.of(newContext);
    }

    /** Takes a row of a table, which has its own title and context: equal ones that follow one another belong together. */
    void row(String place, String newTitle, String newContext, String id, String question, GivenAnswers answers) {
        if (!title.equals(Optional.of(newTitle))) {
            article(newTitle);
        }
        if (!context.equals(Optional.of(newContext))) {
            paragraph(place, newContext);
        }
        question(place, id, question, answers);
    }

    /** Takes a question about the current paragraph. */
    void question(String place, String id, String question, GivenAnswers answers) {
        if (question.isBlank()) {
            throw error(place, "question '" + id + "' is empty. Write or remove it.");
        }
        String former = places.putIfAbsent(id, place);
        if (former != null) {
            throw file.error("the id '" + id + "' stands twice: in " + former + " and in " + place
                    + ". Give each question an id of its own.");
        }
        checkAnswers(place, id, answers);
        questions.add(found(id, question, answers));
    }

    private void checkAnswers(String place, String id, GivenAnswers answers) {
        List<GivenAnswer> filled = answers.filled();
        if (answers.isImpossible() && !filled.isEmpty()) {
            throw error(
                    place,
                    "question '" + id + "' is marked is_impossible, but has the answer '"
                            + Excerpt.of(filled.get(0).text(), EXCERPT) + "'. Remove one of both.");
        }
        for (GivenAnswer answer : filled) {
            if (answer.start().orElse(0) < 0) {
                throw error(
                        place,
                        "the answer '" + Excerpt.of(answer.text(), EXCERPT) + "' of question '" + id + "' starts at "
                                + answer.start().getAsInt()
                                + ", expected 0 or more. Correct it; without a start, an answer that occurs once is found.");
            }
        }
    }

    private Question found(String id, String question, GivenAnswers answers) {
        String text = context.orElseThrow();
        AnswerFinder finder = new AnswerFinder(id, text);
        List<GivenAnswer> filled = answers.filled();
        filled.forEach(finder::find);
        misplaced.addAll(finder.misplaced());
        return new Question(
                id,
                question,
                text,
                finder.found(),
                filled.stream().map(GivenAnswer::text).toList(),
                answers.isImpossible());
    }

    private void endParagraph() {
        context.ifPresent(text -> paragraphs.add(new Paragraph(text, questions)));
        context = Optional.empty();
        questions.clear();
    }

    private void endArticle() {
        endParagraph();
        title.ifPresent(text -> articles.add(new Article(text, paragraphs)));
        title = Optional.empty();
        paragraphs.clear();
    }

    /** All that was taken. */
    QuestionSet finish(String origin) {
        endArticle();
        if (places.isEmpty()) {
            throw file.error("has no questions, expected one or more.");
        }
        return new QuestionSet(file.name(), origin, articles, misplaced);
    }

    private DatasetException error(String place, String what) {
        return file.error(place + ": " + what);
    }
}
