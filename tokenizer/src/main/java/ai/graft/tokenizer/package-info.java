/**
 * Text to token ids and back, with offsets in the caller's own string; windows over long contexts; encodings padded
 * into batches under a token budget.
 *
 * <p>Reading order: {@link ai.graft.tokenizer.Tokenizer} (the door), {@link ai.graft.tokenizer.Encoding} and
 * {@link ai.graft.tokenizer.TokenIds} (what comes out), {@link ai.graft.tokenizer.Truncation} (how long it may be),
 * {@link ai.graft.tokenizer.PackedWindow} and {@link ai.graft.tokenizer.WordMasking} (what a masked language model is trained on),
 * {@link ai.graft.tokenizer.Batch} and {@link ai.graft.tokenizer.TokenBudget} (how rows meet a network). Inside:
 * {@code TokenizerDefinition} reads and builds {@code tokenizer.json}, {@code Cut} decides which tokens stay,
 * {@code CallerText} turns code points into UTF-16 indices, {@code NativeTokenizer} alone speaks to the native library.
 *
 * <p>Splitting, merging and offsets are the work of Hugging Face's {@code tokenizers} (Rust), reached through DJL's
 * native binding. Truncation and windows are done here, on the whole encoding, by that library's rules
 * ({@code tokenizers/src/utils/truncation.rs} and {@code Encoding::truncate}): so one tokenizer serves every length at
 * the same time, and what the library answers with an abort of the process is an exception.
 *
 * <p>Threads: a {@link ai.graft.tokenizer.Tokenizer} may be shared by any number of threads; everything else is a value.
 */
@NullMarked
package ai.graft.tokenizer;

import org.jspecify.annotations.NullMarked;
