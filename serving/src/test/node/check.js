// Compares what ONNX Runtime of Node.js computes with numbers that other libraries gave for the same ids.
//
//   node check.js parity EXPORTS CASES   every EXPORTS/NAME/model.onnx with CASES/NAME/{input,expected}.json (transformers)
//   node check.js golden MODEL GOLDEN    a file with the golden.json of the checkpoint that it was exported from (PyTorch)
//
// Exit code 1 where a value is off by more than the tolerance, or where nothing was compared.

import fs from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';

/** Of the golden data: two fp32 stacks differ by at most 3.7e-6 there. */
const TOLERANCE = 1e-5;

/** The recordings' names for an export's outputs. */
const RECORDED = { last_hidden_state: 'hidden', pooler_output: 'pooler' };

/** Values at positions whose mask is 0 mean nothing; answer spans are recorded over all columns. */
const PER_TOKEN = new Set(['last_hidden_state', 'logits']);

const json = file => JSON.parse(fs.readFileSync(file, 'utf8'));

function tensor(rows) {
  return new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);
}

/** ids, mask and types of a batch, those that are absent as transformers fills them in. */
function batch(input) {
  return {
    input_ids: input.input_ids,
    attention_mask: input.attention_mask ?? input.input_ids.map(row => row.map(() => 1)),
    token_type_ids: input.token_type_ids ?? input.input_ids.map(row => row.map(() => 0)),
  };
}

async function run(session, rows) {
  return session.run(Object.fromEntries(session.inputNames.map(name => [name, tensor(rows[name])])));
}

/** Largest difference and number of values compared; an output with an axis of tokens only where the mask is 1. */
function difference(name, output, expected, mask) {
  const wanted = expected.flat(Infinity);
  if (output.data.length !== wanted.length) {
    throw new Error(`${name}: ${output.data.length} values, expected ${wanted.length}`);
  }
  const perToken = PER_TOKEN.has(name) && output.dims.length === 3;
  const width = perToken ? output.dims[2] : wanted.length;
  let worst = 0;
  let compared = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (!perToken || mask[Math.floor(i / width)] === 1) {
      const off = Math.abs(output.data[i] - wanted[i]);
      worst = Math.max(worst, off); // which keeps a NaN
      compared++;
    }
  }
  return { worst, compared };
}

function report(name, { worst, compared }) {
  const passed = compared > 0 && worst <= TOLERANCE;
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name}: ${compared} values, off by ${worst.toExponential(1)} at most`);
  return passed;
}

async function checkCase(name, file, directory) {
  const session = await ort.InferenceSession.create(file);
  const rows = batch(json(path.join(directory, 'input.json')));
  const expected = json(path.join(directory, 'expected.json'));
  const outputs = await run(session, rows);
  let passed = 0;
  let failed = 0;
  for (const output of session.outputNames) {
    const wanted = expected[RECORDED[output] ?? output];
    if (wanted !== undefined) {
      const found = difference(output, outputs[output], wanted, rows.attention_mask.flat());
      report(`${name}, ${output}`, found) ? passed++ : failed++;
    }
  }
  if (passed + failed === 0) {
    throw new Error(`${name}: none of its outputs ${session.outputNames} is recorded`);
  }
  return { passed, failed };
}

async function checkCases(exports, cases) {
  const names = fs.readdirSync(exports).sort();
  const total = { passed: 0, failed: 0 };
  for (const name of names) {
    const { passed, failed } = await checkCase(name, path.join(exports, name, 'model.onnx'), path.join(cases, name));
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

async function checkGolden(model, golden) {
  const session = await ort.InferenceSession.create(model);
  const total = { passed: 0, failed: 0 };
  for (const [index, entry] of json(golden).cases.entries()) {
    const rows = batch({ input_ids: [entry.input_ids], token_type_ids: [entry.token_type_ids] });
    const outputs = await run(session, rows);
    const found = difference('logits', outputs.logits, entry.logits, []);
    report(`${golden}, case ${index + 1}`, found) ? total.passed++ : total.failed++;
  }
  return total;
}

const [kind, first, second] = process.argv.slice(2);
const checks = { parity: checkCases, golden: checkGolden };
if (!(kind in checks) || second === undefined) {
  console.error('usage: node check.js parity EXPORTS CASES | node check.js golden MODEL GOLDEN');
  process.exit(2);
}
const { passed, failed } = await checks[kind](first, second);
console.log(`${passed} passed, ${failed} failed`);
process.exit(passed > 0 && failed === 0 ? 0 : 1);
