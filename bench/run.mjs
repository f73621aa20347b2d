// npm run bench -- [--workloads FILE] [--nets] [--peers a,b] [--threads N] [--only REGEX] [--json FILE] [--rounds N]
// Each contender runs in a process of its own; the answer is checked against the peers' before a time counts; turns alternate.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contender } from './contender.mjs';
import { difference, figuresOf, geomean, median, percentOfLimit } from './figures.mjs';
import { BATCHES, NETS } from './nets/spec.mjs';
import { table } from './table.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const PEERS = { onnxruntime: './contenders/onnxruntime.mjs', 'tfjs-wasm': './contenders/tfjs-wasm.mjs' };

/** float32, and sums over thousands of products in another order: relative to the largest element of the answer. */
const TOLERANCE = 1e-4;

const parse = () =>
  parseArgs({
    options: {
      workloads: { type: 'string', default: `${here}workloads/layers.json` },
      nets: { type: 'boolean', default: false },
      peers: { type: 'string', default: Object.keys(PEERS).join(',') },
      threads: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

/** A wrong option is answered with a line, not with a stack. */
function orExit(read) {
  try {
    return read();
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

const options = orExit(parse);
const threads = orExit(() => integerOption('threads'));
const rounds = Math.max(
  3,
  orExit(() => integerOption('rounds')),
);
const peers = orExit(peerNames);

if (options.help) {
  console.log(`npm run bench -- [options]

  --workloads FILE  JSON array of layers to run (default: bench/workloads/layers.json)
  --nets            LeNet-5, AlexNet, VGG16, ResNet50 and MobileNetV2 instead, at several batch sizes
  --peers a,b       ${Object.keys(PEERS).join(', ')}, or none (default: all)
  --threads N       threads of everybody (default: the cores available)
  --only REGEX      the rows whose name matches
  --rounds N        turns of each contender, at least 3 (default: 5)
  --json FILE       the figures as JSON

Times are medians. A ratio is the peer's time over ours. Layerwise writes to an output that it is given (predictSync's out);
the peers make new ones with each call, as their functions do. Weights are constants for everybody.`);
  process.exit(0);
}

function integerOption(name) {
  const value = Number(options[name]);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} must be an integer of at least 1. Received ${options[name]}.`);
  return value;
}

function peerNames() {
  const names = options.peers.split(',').filter((name) => name !== '' && name !== 'none');
  for (const name of names)
    if (!(name in PEERS))
      throw new Error(`there is no peer "${name}". Peers: ${Object.keys(PEERS).join(', ')}`);
  return names;
}

/** The jobs to run: workloads of a file, or nets at their batches. */
function jobs() {
  const only = new RegExp(options.only);
  const list = options.nets
    ? Object.keys(NETS).flatMap((net) =>
        BATCHES[net].map((batch) => ({ id: `${net}_b${batch}`, net, batch })),
      )
    : JSON.parse(readFileSync(options.workloads, 'utf8'));
  return list.filter(({ id }) => only.test(id));
}

function installContenders() {
  const folder = `${here}contenders`;
  if (existsSync(`${folder}/node_modules/onnxruntime-node`)) return;
  console.error('installing the peers into bench/contenders');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new Error('the peers cannot be installed; run with --peers none to measure without them');
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Times one job on all contenders in turns. Rounds alternate so that a drifting machine drifts for everybody. */
async function measure(job, contenders, rounds) {
  const active = [];
  const row = { id: job.id, peers: {} };
  for (const contender of contenders) {
    const { supported } = await contender.ask('prepare', { job });
    if (supported) active.push({ contender, times: [] });
  }
  const [ours, ...others] = active;
  const { output, rss } = await ours.contender.ask('answer');
  row.rssMB = Math.round(rss / 1e6);
  for (const peer of others) {
    const { output: want } = await peer.contender.ask('answer');
    const error = difference(output, want);
    if (!(error <= TOLERANCE)) {
      row.failed = `the answer differs from ${peer.contender.name}'s by ${error.toExponential(1)} of its largest element: no time counts`;
      peer.times = undefined;
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of active) {
      if (entry.times === undefined) continue;
      await pause(30); // threads that spin after a run have gone to sleep
      const { times } = await entry.contender.ask('time', { minMs: job.net ? 600 : 150, maxRuns: 200 });
      entry.times.push(...(times.length > 3 ? times.slice(1) : times));
    }
  }
  for (const { contender } of active) await contender.ask('release');
  if (row.failed === undefined) row.ours = median(ours.times);
  for (const peer of others) if (peer.times) row.peers[peer.contender.name] = median(peer.times);
  return row;
}

function addRates(row, job, limits) {
  if (row.ours === undefined) return;
  if (job.net) {
    row.imagesPerSecond = (1000 * job.batch) / row.ours;
    return;
  }
  const figures = figuresOf(job);
  row.gflops = figures.flops / row.ours / 1e6;
  row.gbs = figures.bytes / row.ours / 1e6;
  row.percentOfLimit = percentOfLimit(figures, row.ours, limits);
}

function summarise(rows, peers) {
  const ratios = (time) =>
    rows
      .filter((row) => row.ours !== undefined && time(row) !== undefined)
      .map((row) => time(row) / row.ours);
  const result = Object.fromEntries(peers.map((peer) => [peer, geomean(ratios((row) => row.peers[peer]))]));
  const best = (row) =>
    Object.keys(row.peers).length > 0 ? Math.min(...Object.values(row.peers)) : undefined;
  return { ...result, best: geomean(ratios(best)) };
}

if (peers.length > 0) installContenders();
const contenders = [await Contender.start('layerwise', './layerwise.mjs', threads)];
for (const peer of peers) contenders.push(await Contender.start(peer, PEERS[peer], threads));

const limits = await contenders[0].ask('limits');
const rows = [];
for (const job of jobs()) {
  const row = await measure(job, contenders, rounds);
  addRates(row, job, limits);
  rows.push(row);
  console.error(`${row.id}: ${row.ours?.toFixed(3) ?? row.failed} ${JSON.stringify(row.peers)}`);
}
for (const contender of contenders) contender.stop();

const machine = {
  cpu: cpus()[0].model.trim(),
  isa: contenders[0].machine.isa,
  threads,
  peakGflops: limits.peakGflops,
  copyGBs: limits.copyGBs,
};
const versions = Object.fromEntries(contenders.map(({ name, version }) => [name, version]));
const result = { machine, versions, rows, geomean: summarise(rows, peers) };
console.log(table(result, peers));
if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
if (rows.some((row) => row.failed)) process.exitCode = 1;
