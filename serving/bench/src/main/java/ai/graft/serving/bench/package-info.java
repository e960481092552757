/**
 * What prediction is measured against: langchain4j's in-process embedding model, which runs the same weights on the same
 * runtime.
 *
 * <p>Reading order: {@link ai.graft.serving.bench.EmbedBench} (the command), {@code Contest} (the interleaved rounds), {@code
 * Embedder} (who takes part), {@code Sample} (repeated measurements).
 *
 * <p>Threads: one contest at a time; a machine that does other work spoils it.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.bench;
