/**
 * What prediction is measured against: PyTorch's own export of the same checkpoint, and langchain4j's in-process embedding
 * model, which runs the same weights on the same runtime.
 *
 * <p>Reading order: {@link ai.graft.serving.bench.BenchMain} (the commands), {@code Race} (interleaved rounds), {@code
 * ForwardBench} with {@code BatchShape}, {@code EmbedBench} with {@code Contest} and {@code Embedder}, {@code ProductRate}.
 *
 * <p>Threads: one race at a time; a machine that does other work spoils it.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.bench;
