import { cpus } from 'node:os';
import { difference, figuresOf, median, percentOfLimit } from './figures.mjs';

/** float32, and sums over thousands of products in another order: relative to the largest element of the answer. */
const TOLERANCE = 1e-4;

/** Threads that spin after a run have gone to sleep after this many milliseconds. */
const PAUSE_MS = 30;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The share of the cores' time that other programs take, as seen while this one sleeps. */
export async function busyShare(ms = 500) {
  const sum = (times) => Object.values(times).reduce((a, b) => a + b, 0);
  const read = () => {
    const times = cpus().map((core) => core.times);
    return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.map(sum)) };
  };
  const before = read();
  await pause(ms);
  const after = read();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** Times one job on all contenders, ours first, in turns: a drifting machine drifts for everybody. */
export async function measure(job, contenders, rounds) {
  const active = [];
  const row = { id: job.id, peers: {}, how: {}, rssMB: {} };
  for (const contender of contenders) {
    const { supported, how } = await contender.ask('prepare', { job });
    if (!supported) continue;
    active.push({ contender, times: [] });
    if (how) row.how[contender.name] = how;
  }
  const [ours, ...others] = active;
  await checkAnswers(row, ours, others);
  for (let round = 0; round < rounds; round++) {
    for (const entry of active) {
      if (entry.times === undefined) continue;
      await pause(PAUSE_MS);
      const { times, rss } = await entry.contender.ask('time', { minMs: job.net ? 600 : 150, maxRuns: 2000 });
      if (rss) row.rssMB[entry.contender.name] = Math.round(rss / 1e6);
      entry.times.push(...(times.length > 3 ? times.slice(1) : times));
    }
  }
  for (const { contender } of active) await contender.ask('release');
  if (row.failed === undefined) row.ours = median(ours.times);
  for (const peer of others) if (peer.times) row.peers[peer.contender.name] = median(peer.times);
  return row;
}

/** A peer whose answer differs from ours is not timed, and the row fails. */
async function checkAnswers(row, ours, others) {
  const { output } = await ours.contender.ask('answer');
  for (const peer of others) {
    const { output: want } = await peer.contender.ask('answer');
    const error = difference(output, want);
    if (error <= TOLERANCE) continue;
    row.failed = `the answer differs from ${peer.contender.name}'s by ${error.toExponential(1)} of its largest element: no time counts`;
    peer.times = undefined;
  }
}

/** Adds what follows from our time. */
export function addRates(row, job, limits) {
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
