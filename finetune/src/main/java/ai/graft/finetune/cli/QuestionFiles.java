package ai.graft.finetune.cli;

import ai.graft.datasets.QuestionSet;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files of questions as the command line names them: several divided by commas, of each all articles or {@code FILE@1-12}. */
final class QuestionFiles {
    private static final Pattern ARTICLES = Pattern.compile("(.+)@(\\d{1,9})-(\\d{1,9})");

    /** @throws IllegalArgumentException where articles are named that a file does not have */
    static QuestionSet read(String sources, Charset charset) {
        List<QuestionSet> sets = Stream.of(sources.split(","))
                .map(source -> one(source, charset))
                .toList();
        return sets.size() == 1 ? sets.get(0) : QuestionSet.join(sets);
    }

    private static QuestionSet one(String source, Charset charset) {
        Matcher articles = ARTICLES.matcher(source);
        if (!articles.matches() || Files.exists(Path.of(source))) {
            return QuestionSet.read(Path.of(source), charset);
        }
        QuestionSet whole = QuestionSet.read(Path.of(articles.group(1)), charset);
        int from = Integer.parseInt(articles.group(2));
        int to = Integer.parseInt(articles.group(3));
        int count = whole.articles().size();
        if (from < 1 || from > to || to > count) {
            throw new IllegalArgumentException(source + " asks for the articles " + from + " to " + to + ", but "
                    + articles.group(1) + " has 1 to " + count + ".");
        }
        return whole.ofArticles(from - 1, to);
    }

    private QuestionFiles() {}
}
