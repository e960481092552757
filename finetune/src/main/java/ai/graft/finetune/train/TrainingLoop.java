package ai.graft.finetune.train;

import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.report.HistoryPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The loop: batches in the plan's order, a step of AdamW each, evaluations in between, the best weights in the end. */
final class TrainingLoop {
    private final TrainingOptions options;
    private final LearningRates rates;
    private final int encoderLayers;
    private final BatchPlan plan;
    private final Schedule schedule;
    private final TrainingRows rows;
    private final Validation validation;
    private final TrainingListener listener;
    private final BooleanSupplier stop;

    /**
     * What the best weights are chosen by.
     *
     * @param judge gives the network's evaluation, or none where its outputs are not finite
     * @param every steps between evaluations
     * @param start whether the weights at the start are among them
     * @param stop whether those are at which a stop was asked for
     * @param last whether the last that were judged are kept, however they did
     */
    record Validation(
            Function<TorchNetwork, Optional<Evaluation>> judge,
            String metric,
            int every,
            boolean start,
            boolean stop,
            boolean last) {}

    TrainingLoop(
            TrainingOptions options,
            LearningRates rates,
            int encoderLayers,
            BatchPlan plan,
            TrainingRows rows,
            Validation validation,
            TrainingListener listener,
            BooleanSupplier stop) {
        this.options = options;
        this.rates = rates;
        this.encoderLayers = encoderLayers;
        this.plan = plan;
        this.rows = rows;
        this.validation = validation;
        this.listener = listener;
        this.stop = stop;
        int total = plan.steps().size();
        double warmup = options.warmup() < 1 ? options.warmup() * total : options.warmup();
        this.schedule = new Schedule(options.schedule(), (int) Math.round(warmup), total);
    }

    /** Trains until the plan, the patience or the numbers end, or it is stopped; the network then has the best weights. */
    void run(TrainingRun run) {
        if (validation.start()) {
            run.history.append(new HistoryPoint(0, 0, 0, Double.NaN, judge(run)));
        }
        while (run.step < plan.steps().size() && run.divergedLoss.isEmpty() && !outOfPatience(run) && !stopped(run)) {
            step(run, plan.steps().get(run.step));
        }
        if (run.stopped && validation.stop() && !isBest(run)) { // it was asked for when the step was done
            judge(run);
        }
        if (run.best.isPresent()) {
            run.network.recall();
        }
    }

    private void step(TrainingRun run, List<int[]> batches) {
        double loss = 0;
        for (int[] batch : batches) {
            boolean add = batch != batches.get(0);
            LabelledBatch labelled = rows.batch(batch, run.passes);
            loss += run.network.backward(
                            labelled.inputs(),
                            labelled.targets(),
                            1.0 / batches.size(),
                            add,
                            options.seed(),
                            run.passes)
                    / batches.size();
            run.passes++;
            run.examples += labelled.amount();
        }
        if (!Double.isFinite(loss)) {
            run.divergedLoss = OptionalDouble.of(loss);
            run.step++;
            return;
        }
        double rate = rates.encoder() * schedule.factor(run.step);
        double progress = run.step / (double) plan.steps().size();
        run.network.update(group -> rate * factor(group, progress));
        run.step++;
        listener.step(run.step, plan.steps().size(), loss, run.examples);
        double epoch = run.step / (double) plan.stepsPerEpoch();
        run.history.append(new HistoryPoint(run.step, epoch, rate, loss, evaluation(run)));
    }

    private double factor(ParameterGroup group, double progress) {
        int layersToTop = ParameterGroups.layersToTop(group.names().get(0), encoderLayers);
        return options.way().thawed(layersToTop, encoderLayers, progress) ? group.learningRateFactor() : 0;
    }

    /** The validation metrics where they are due, else none. */
    private Map<String, Double> evaluation(TrainingRun run) {
        boolean due = run.step % validation.every() == 0
                || run.step == plan.steps().size()
                || (validation.stop() && stop.getAsBoolean());
        return due ? judge(run) : Map.of();
    }

    private Map<String, Double> judge(TrainingRun run) {
        Optional<Evaluation> judged = validation.judge().apply(run.network);
        if (judged.isEmpty()) { // the step's gradients, not its loss, were too large
            run.divergedLoss = OptionalDouble.of(Double.NaN);
            return Map.of();
        }
        Evaluation evaluation = judged.get();
        double value = evaluation.metric(validation.metric());
        boolean better = validation.last()
                || run.best.isEmpty()
                || better(value, run.best.get().value());
        if (better) {
            run.network.remember();
            run.best = Optional.of(new BestWeights(run.step, validation.metric(), value));
        }
        run.evaluationsSinceBest = better ? 0 : run.evaluationsSinceBest + 1;
        listener.evaluated(run.step, evaluation, validation.metric(), better);
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (evaluation.metricNames().contains("loss")) {
            metrics.put("loss", evaluation.metric("loss"));
        }
        metrics.put(validation.metric(), value);
        return metrics;
    }

    /** Whether the weights as they are were judged the best; those of the start are as good as none. */
    private static boolean isBest(TrainingRun run) {
        return run.step == run.best.map(BestWeights::step).orElse(0);
    }

    private boolean better(double value, double before) {
        return Evaluation.higherIsBetter(validation.metric()) ? value > before : value < before;
    }

    private boolean stopped(TrainingRun run) {
        run.stopped = stop.getAsBoolean();
        return run.stopped;
    }

    private boolean outOfPatience(TrainingRun run) {
        return options.patience() > 0 && run.evaluationsSinceBest >= options.patience();
    }
}
