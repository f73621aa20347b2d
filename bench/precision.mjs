// Nets in float32 and in bfloat16: node bench/precision.mjs [--only REGEX] [--batches 1,8] [--threads N] [--rounds N] [--json FILE]
// Both in one process and in turns, so that a drifting machine drifts for both. Besides the medians it prints how far the
// results are apart, relative to the largest result in float32.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { getNumThreads, machineInfo, setNumThreads } from 'layerwise';
import { buildNet } from './nets/layerwise.mjs';
import { BATCHES } from './nets/spec.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '15' },
    json: { type: 'string' },
  },
});
const rounds = Math.max(3, Number(options.rounds));
setNumThreads(Number(options.threads));

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

function measure(net, batch) {
  const { model, input } = buildNet(net, batch);
  const times = { float32: [], bfloat16: [] };
  const results = {};
  const out = {};
  for (let round = -1; round < rounds; round++) {
    for (const precision of ['float32', 'bfloat16']) {
      model.precision = precision;
      out[precision] ??= model.predictSync(input);
      const started = performance.now();
      model.predictSync(input, { out: out[precision] });
      if (round >= 0) times[precision].push(performance.now() - started);
      results[precision] = out[precision].data;
    }
  }
  const [exact, rounded] = [results.float32, results.bfloat16];
  const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = exact.reduce((most, value, i) => Math.max(most, Math.abs(value - rounded[i])), 0) / largest;
  const [float32, bfloat16] = [median(times.float32), median(times.bfloat16)];
  return { id: `${net}_b${batch}`, float32, bfloat16, ratio: float32 / bfloat16, error };
}

const { isa, bfloat16 } = machineInfo();
console.log(`${isa}, bfloat16 by ${bfloat16}, ${getNumThreads()} threads, medians of ${rounds} runs in ms`);
const rows = [];
for (const [net, batches] of Object.entries(BATCHES)) {
  for (const batch of batches) {
    if (!new RegExp(options.only).test(`${net}_b${batch}`)) continue;
    const row = measure(net, batch);
    rows.push(row);
    const cells = [
      row.float32.toFixed(2),
      row.bfloat16.toFixed(2),
      `${row.ratio.toFixed(2)}x`,
      row.error.toExponential(1),
    ];
    console.log(row.id.padEnd(18) + cells.map((cell) => cell.padStart(10)).join(''));
  }
}
if (options.json)
  writeFileSync(
    options.json,
    `${JSON.stringify({ isa, bfloat16, threads: getNumThreads(), rows }, null, 2)}\n`,
  );
