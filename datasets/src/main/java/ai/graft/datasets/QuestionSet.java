package ai.graft.datasets;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Questions about texts, each with the answers that stand in its text: extractive question answering.
 *
 * <p>Immutable; may be shared between threads.
 */
public final class QuestionSet {
    private final String name;
    private final String origin;
    private final List<Article> articles;
    private final List<Question> questions;
    private final List<MisplacedAnswer> misplaced;

    QuestionSet(String name, String origin, List<Article> articles, List<MisplacedAnswer> misplaced) {
        this.name = name;
        this.origin = origin;
        this.articles = List.copyOf(articles);
        this.questions = this.articles.stream()
                .flatMap(article -> article.paragraphs().stream())
                .flatMap(paragraph -> paragraph.questions().stream())
                .toList();
        this.misplaced = List.copyOf(misplaced);
    }

    /**
     * Reads a file in UTF-8: {@code read(file, UTF_8)}.
     *
     * @throws DatasetException if the file cannot be read or understood
     */
    public static QuestionSet read(Path file) {
        return read(file, StandardCharsets.UTF_8);
    }

    /**
     * Reads SQuAD's JSON (1.1, 2.0 and what is written like them), JSON lines, CSV or TSV, compressed with gzip or not.
     *
     * <p>Rows have {@code question} and {@code context}, and where known {@code answer} (also {@code answer_text} or {@code
     * text}), {@code answer_start} (or {@code start}), {@code id} and {@code title}; JSON lines may have {@code answers} as
     * SQuAD or the Hugging Face library "datasets" writes them. CSV and TSV need a header. Starts count Unicode code points,
     * as Python does, and become UTF-16 indices.
     *
     * <p>An empty answer, or an empty list of answers, means that there is none, unless {@code is_impossible} is false; no
     * word about answers means that none is known ({@link Question#labelled}). An answer that does not stand at its start is
     * reported by {@link #misplaced}; so is one without a start that does not stand in the context exactly once.
     *
     * <p>The file is read twice or more, so it must not be a pipe; one article or row at a time is parsed.
     *
     * @throws DatasetException if the file cannot be read or understood, if a question or context is empty, or if two
     *     questions have one id
     */
    public static QuestionSet read(Path file, Charset charset) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(charset, "charset");
        return new QuestionReader(new SourceFile(file, charset)).read();
    }

    /**
     * Makes a set of articles.
     *
     * @param name stands for the file's name in messages
     * @throws DatasetException if two questions have one id
     */
    public static QuestionSet of(String name, List<Article> articles) {
        QuestionSet set = new QuestionSet(Objects.requireNonNull(name, "name"), name, articles, List.of());
        requireDistinct(List.of(set));
        return set;
    }

    /**
     * Several sets one after the other.
     *
     * @throws IllegalArgumentException if there is none
     * @throws DatasetException if two questions have one id; the message names both sets
     */
    public static QuestionSet join(List<QuestionSet> sets) {
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("there are no sets of questions to join. Give 1 or more.");
        }
        requireDistinct(sets);
        List<String> names = sets.stream().map(QuestionSet::name).toList();
        return new QuestionSet(
                String.join(" + ", names),
                sets.size() == 1 ? sets.get(0).origin : "joined of " + sets.size() + " sets",
                sets.stream().flatMap(set -> set.articles.stream()).toList(),
                sets.stream().flatMap(set -> set.misplaced.stream()).toList());
    }

    private static void requireDistinct(List<QuestionSet> sets) {
        Map<String, String> owners = new HashMap<>();
        for (QuestionSet set : sets) {
            for (Question question : set.questions) {
                String former = owners.putIfAbsent(question.id(), set.name);
                if (former != null) {
                    throw new DatasetException(
                            "the id '" + question.id() + "' stands in " + former + " and in " + set.name
                                    + ". Leave out the articles that both have, or give each question an id of its own.");
                }
            }
        }
    }

    /** The file as it was named, or the name given to {@link #of}. */
    public String name() {
        return name;
    }

    /** How the questions were read, as {@code read as SQuAD JSON}. */
    public String origin() {
        return origin;
    }

    /** All articles in order; unmodifiable. The rows of a table without titles are one. */
    public List<Article> articles() {
        return articles;
    }

    /** All questions in order; unmodifiable. */
    public List<Question> questions() {
        return questions;
    }

    /** Number of questions. */
    public int size() {
        return questions.size();
    }

    /** Answers that do not stand where they should, in order; unmodifiable. They are in no {@link Question#answers}. */
    public List<MisplacedAnswer> misplaced() {
        return misplaced;
    }

    /** Whether there are questions that are known to have no answer, as in SQuAD 2.0. */
    public boolean hasImpossible() {
        return questions.stream().anyMatch(Question::impossible);
    }

    /**
     * One line: how the questions were read, and numbers of articles, paragraphs, questions, unanswerable ones, misplaced
     * answers, and, if there are any, questions whose answer is not known.
     */
    public String description() {
        int paragraphs = articles.stream()
                .mapToInt(article -> article.paragraphs().size())
                .sum();
        int unknown = count(question -> !question.labelled());
        return String.format(
                Locale.ROOT,
                "%s, %s, %s, %s, %,d unanswerable, %s%s",
                origin,
                counted(articles.size(), "article"),
                counted(paragraphs, "paragraph"),
                counted(size(), "question"),
                count(Question::impossible),
                counted(misplaced.size(), "misplaced answer"),
                unknown == 0 ? "" : String.format(Locale.ROOT, ", %,d without known answer", unknown));
    }

    private int count(Predicate<Question> which) {
        return (int) questions.stream().filter(which).count();
    }

    private static String counted(int count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    /**
     * SHA-256 over questions, contexts and answers in order, in hexadecimal: the same for the same data in another file
     * format. Ids and titles do not count.
     */
    public String fingerprint() {
        return Fingerprint.ofQuestions(questions);
    }

    /**
     * Some of the articles, as the first twelve: {@code ofArticles(0, 12)}.
     *
     * @param from number of the first, from 0
     * @param to number behind the last
     * @throws IllegalArgumentException unless 0 ≤ {@code from} &lt; {@code to} ≤ number of articles
     */
    public QuestionSet ofArticles(int from, int to) {
        if (from < 0 || from >= to || to > articles.size()) {
            throw new IllegalArgumentException(name + " has the articles 0 to " + (articles.size() - 1) + ", asked for "
                    + from + " up to but without " + to + ". Give at least one of them.");
        }
        return part("articles " + from + " to " + (to - 1) + " of it", articles.subList(from, to));
    }

    /**
     * Divides the contexts at random, {@code share} of them into the rest; all questions about one context stay together, so
     * that nothing that was learnt from is judged by. The same seed gives the same split.
     *
     * @param share of the distinct contexts, above 0 and below 1
     * @throws IllegalArgumentException if the share is out of range
     * @throws DatasetException if there are too few contexts for two parts
     */
    public QuestionSplit splitByContext(double share, long seed) {
        Set<String> held = held(share, seed);
        return new QuestionSplit(
                contexts("part", context -> !held.contains(context)), contexts("part", held::contains));
    }

    private Set<String> held(double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the share of contexts held back must lie above 0 and below 1, got " + share);
        }
        Set<String> distinct = new LinkedHashSet<>();
        questions.forEach(question -> distinct.add(question.context()));
        List<String> contexts = new ArrayList<>(distinct);
        int count = (int) Math.round(share * contexts.size());
        if (count == 0 || count == contexts.size()) {
            throw new DatasetException(name + ": too few contexts to hold back " + share + " of them: "
                    + contexts.size() + ". Give another share, or add texts.");
        }
        Collections.shuffle(contexts, new Random(seed));
        return new HashSet<>(contexts.subList(0, count));
    }

    private QuestionSet contexts(String words, Predicate<String> which) {
        List<Article> kept = new ArrayList<>();
        for (Article article : articles) {
            List<Paragraph> paragraphs = article.paragraphs().stream()
                    .filter(paragraph -> which.test(paragraph.context()))
                    .toList();
            if (!paragraphs.isEmpty()) {
                kept.add(new Article(article.title(), paragraphs));
            }
        }
        return part(words, kept);
    }

    private QuestionSet part(String words, List<Article> kept) {
        QuestionSet part = new QuestionSet(name, origin + ", " + words, kept, List.of());
        Set<String> ids = new HashSet<>();
        part.questions.forEach(question -> ids.add(question.id()));
        return new QuestionSet(
                name,
                part.origin,
                kept,
                misplaced.stream().filter(answer -> ids.contains(answer.id())).toList());
    }

    /** The same as {@link #description}. */
    @Override
    public String toString() {
        return description();
    }
}
