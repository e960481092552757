package ai.graft.finetune.train;

import ai.graft.datasets.AnswerSpan;
import ai.graft.datasets.Question;
import ai.graft.tokenizer.ContextWindow;
import ai.graft.tokenizer.TokenSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the answers to questions stand in the windows over their contexts. Of several people's answers the first counts. */
final class AnswerPlaces {
    private final List<Optional<TokenSpan>> places = new ArrayList<>();
    private int whole;
    private int inside;
    private int outside;

    /** What became of an answer. */
    private enum Fit {
        OUTSIDE,
        INSIDE,
        WHOLE
    }

    /** @param rows the windows of these questions */
    AnswerPlaces(List<Question> questions, ContextRows rows) {
        Fit[] fits = new Fit[questions.size()];
        for (int i = 0; i < rows.windows().size(); i++) {
            int owner = rows.owner(i);
            Optional<AnswerSpan> answer =
                    questions.get(owner).answers().stream().findFirst().map(AnswerPlaces::stripped);
            ContextWindow window = rows.windows().get(i);
            Optional<TokenSpan> place = answer.flatMap(span -> window.tokensOf(span.start(), span.end()));
            places.add(place);
            if (answer.isPresent()) {
                Fit fit = fit(window, answer.get(), place);
                fits[owner] = fits[owner] == null || fit.compareTo(fits[owner]) > 0 ? fit : fits[owner];
            }
        }
        for (Fit fit : fits) {
            whole += fit == Fit.WHOLE ? 1 : 0;
            inside += fit == Fit.INSIDE ? 1 : 0;
            outside += fit == Fit.OUTSIDE ? 1 : 0;
        }
    }

    /** Blanks at an answer's ends belong to no token. */
    private static AnswerSpan stripped(AnswerSpan answer) {
        String text = answer.text().strip();
        return text.isEmpty()
                ? answer
                : new AnswerSpan(text, answer.start() + answer.text().indexOf(text));
    }

    private static Fit fit(ContextWindow window, AnswerSpan answer, Optional<TokenSpan> place) {
        if (place.isEmpty()) {
            return Fit.OUTSIDE;
        }
        boolean exact = window.starts()[place.get().first() - window.first()] == answer.start()
                && window.ends()[place.get().last() - window.first()] == answer.end();
        return exact ? Fit.WHOLE : Fit.INSIDE;
    }

    /** The tokens of a window that its question's answer became; empty where there is none, or the window does not hold it. */
    Optional<TokenSpan> of(int window) {
        return places.get(window);
    }

    /** Answers that are whole tokens: the text of these is the answer. */
    int whole() {
        return whole;
    }

    /** Answers that begin or end inside a token; the tokens around them are trained. */
    int inside() {
        return inside;
    }

    /** Answers that no window holds whole: to training they are not there. */
    int outside() {
        return outside;
    }

    /** One sentence on all of them. */
    String note() {
        return String.format(
                Locale.ROOT,
                "%,d of %,d answers are whole tokens; %,d begin or end inside a token, and the tokens around them are trained;"
                        + " %,d are in no window whole and count as none",
                whole,
                whole + inside + outside,
                inside,
                outside);
    }
}
