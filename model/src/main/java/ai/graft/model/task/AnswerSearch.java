package ai.graft.model.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds the answer to one question over all windows of its context. A candidate is a start and an end of one window, both
 * tokens of the context, the end not before the start and not too far behind; its logit is the sum of both. The logit for no
 * answer is that of the first column, in the window where it is lowest: a context has no answer only if no window has one.
 *
 * <p>What {@code postprocess_qa_predictions} of Hugging Face's {@code utils_qa.py} computes, with two differences: there
 * the candidates come from the 20 best starts and the 20 best ends, here every pair is looked at; and a stretch that two
 * windows hold counts once, with its higher logit.
 *
 * <p>For one thread.
 */
public final class AnswerSearch {
    /** Of equal logits the earlier, then the shorter stretch. */
    private static final Comparator<Span> BEST_FIRST = Comparator.comparingDouble((Span span) -> -span.logit)
            .thenComparingInt(span -> span.start)
            .thenComparingInt(span -> span.end);

    /** Where a context has no tokens; finite, for files of scores. */
    private static final double CERTAINLY_NONE = Float.MAX_VALUE;

    private final AnswerRules rules;
    private final List<Span> found = new ArrayList<>();
    private double noAnswer = Double.POSITIVE_INFINITY;
    private int tokens;

    private record Span(int start, int end, double logit) {}

    public AnswerSearch(AnswerRules rules) {
        this.rules = rules;
    }

    /** Looks through a window, each of which shares the rules' stride with its neighbours; what it holds is not kept. */
    public void add(ContextLogits window) {
        tokens += tokens == 0 ? window.first() + window.starts().length + 1 : window.starts().length - rules.stride();
        noAnswer = Math.min(noAnswer, (double) window.startLogits()[0] + window.endLogits()[0]);
        PriorityQueue<Span> best = new PriorityQueue<>(BEST_FIRST.reversed()); // the worst on top
        for (int from = 0; from < window.starts().length; from++) {
            int end = Math.min(window.starts().length, from + rules.maxAnswerTokens());
            for (int to = from; to < end; to++) {
                keep(best, window, from, to);
            }
        }
        found.addAll(best);
    }

    private void keep(PriorityQueue<Span> best, ContextLogits window, int from, int to) {
        double logit = (double) window.startLogits()[window.first() + from] + window.endLogits()[window.first() + to];
        if (best.size() == rules.candidates() && logit <= best.element().logit) {
            return;
        }
        Span span = new Span(window.starts()[from], window.ends()[to], logit);
        if (span.start < span.end) { // tokens of no letters are none of the text
            best.add(span);
            if (best.size() > rules.candidates()) {
                best.remove();
            }
        }
    }

    /**
     * The answer, once all windows were looked through.
     *
     * @param context the whole text that the windows are of
     */
    public FoundAnswer answer(String context) {
        List<Span> best = best();
        if (best.isEmpty()) {
            return new FoundAnswer("", -1, -1, 1, CERTAINLY_NONE, List.of(), tokens);
        }
        double[] shares = shares(best);
        List<FoundAnswer.Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < best.size(); i++) {
            Span span = best.get(i);
            candidates.add(new FoundAnswer.Candidate(
                    context.substring(span.start, span.end), span.start, span.end, shares[i]));
        }
        double noAnswerScore = noAnswer - best.get(0).logit;
        if (rules.noAnswerThreshold().filter(level -> noAnswerScore > level).isPresent()) {
            return new FoundAnswer("", -1, -1, shares[best.size()], noAnswerScore, candidates, tokens);
        }
        FoundAnswer.Candidate first = candidates.get(0);
        return new FoundAnswer(
                first.text(), first.start(), first.end(), first.score(), noAnswerScore, candidates, tokens);
    }

    /** The best of all windows, each stretch once. */
    private List<Span> best() {
        found.sort(BEST_FIRST);
        List<Span> best = new ArrayList<>();
        Set<List<Integer>> seen = new HashSet<>();
        for (Span span : found) {
            if (best.size() < rules.candidates() && seen.add(List.of(span.start, span.end))) {
                best.add(span);
            }
        }
        return best;
    }

    /** The softmax over the candidates' logits and, where no answer may be right, that for none, which comes last. */
    private double[] shares(List<Span> best) {
        double[] shares = new double[best.size() + 1];
        double none = rules.noAnswerThreshold().isPresent() ? noAnswer : Double.NEGATIVE_INFINITY;
        double max = Math.max(best.get(0).logit, none);
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Math.exp((i < best.size() ? best.get(i).logit : none) - max);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }
}
