/**
 * Arithmetic on vectors of texts: a {@link ai.graft.finetune.features.FeatureCache} keeps them on disk; {@link
 * ai.graft.finetune.features.SoftmaxRegression} and {@link ai.graft.finetune.features.LinearRegression} are fitted to them; {@link
 * ai.graft.finetune.features.OutOfSample} has the probabilities of a regression for rows it has not seen; {@link
 * ai.graft.finetune.features.LogMe} scores the checkpoint they came from. Everything is computed in double, in an order of its own, so that it
 * repeats bit by bit. No class here knows encoders or training.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.features;
