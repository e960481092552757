/**
 * What the training engine is measured against: the same network as a good Java engineer would write it from DJL's
 * {@code NDArray} operations, and the rate of a plain matrix product on this machine.
 *
 * <p>Reading order: {@link ai.graft.finetune.bench.BertShape} (how large), {@link ai.graft.finetune.bench.NdArrayBert} (the
 * baseline), {@link ai.graft.finetune.bench.AdamW} (its optimizer), {@link ai.graft.finetune.bench.GemmRate} (the ceiling),
 * {@link ai.graft.finetune.bench.StepBench} (engine and baseline in interleaved rounds), {@link
 * ai.graft.finetune.bench.BenchMain} (all from a command line).
 *
 * <p>Threads: a baseline belongs to the thread that made it; while one takes a step, no other gradient can be collected in
 * the process (a limit of DJL).
 */
@NullMarked
package ai.graft.finetune.bench;

import org.jspecify.annotations.NullMarked;
