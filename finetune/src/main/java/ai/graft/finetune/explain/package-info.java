/**
 * Why a model answered as it did: which words carried a prediction.
 *
 * <p>Read {@link ai.graft.finetune.explain.IntegratedGradients} first, then {@link ai.graft.finetune.explain.Explanation};
 * {@link ai.graft.finetune.explain.DeletionCurve} measures whether explanations are true to the model. Nothing here knows an
 * engine: what follows an output through a network is handed in. Everything is immutable and may be shared between threads.
 *
 * <p>Sources: M. Sundararajan, A. Taly and Q. Yan, Axiomatic attribution for deep networks, ICML 2017 (arXiv 1703.01365); W.
 * Samek et al., Evaluating the visualization of what a deep neural network has learned (arXiv 1509.06321), for deletion.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.explain;
