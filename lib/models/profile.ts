import { operandOf } from '../backend/device-tensor.js';
import { addon } from '../backend/load.js';
import { knownLimits } from '../backend/machine.js';
import type { MachineLimits } from '../backend/native.js';
import { getNumThreads } from '../backend/settings.js';
import { integer, readOptions } from '../check.js';
import { argumentError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { firstStep, type Runnable } from './run.js';

export interface ProfileOptions {
  /** How often the model is run; times are medians over the runs. One run more warms up. Default 10. */
  readonly runs?: number;
  /** The most samples at once, as in `predictSync`. Of a batch that is cut the first part is profiled. */
  readonly batchSize?: number;
}

/** What was measured, and how far it is from what the machine can do. */
export interface ProfileFigures {
  /** Milliseconds, the median over the runs. */
  readonly ms: number;
  /** Operations: a multiply-add counts double, as a direct computation does them; Winograd multiplies less often. */
  readonly flops: number;
  readonly gflops: number;
  /** Bytes read and written, each input, weight and output once. */
  readonly bytes: number;
  /** 1e9 bytes per second. */
  readonly gbs: number;
  /**
   * 100 when it takes exactly as long as its operations do at the machine's float32 peak, or its bytes at the copy
   * bandwidth, whichever is longer. More is possible: with Winograd, bfloat16, and data that stays in the caches.
   */
  readonly percentOfLimit: number;
}

/** A node of the plan: one op, with what was fused into it. */
export interface NodeProfile extends ProfileFigures {
  readonly op: string;
  /** The layer that it came from, and what in it: `conv1`, `block/conv1`. */
  readonly label: string;
  readonly algorithm: string;
  /** The instruction set of the loops that compute it: `avx512`, `avx2`, `baseline` or `reference`; nothing for an alias. */
  readonly kernel: string;
  readonly fused: readonly string[];
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  /**
   * `whole`: the node had all threads, and `ms` is from its begin to its end. `sample`: each thread took samples through
   * a row of nodes; `ms` is the time of the row, shared out by what the threads spent in each of its nodes. `lines`: so
   * too, and some lines of an image went through it at a time, so that the next node found them in the cache.
   */
  readonly mode: 'whole' | 'sample' | 'lines';
}

interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** Milliseconds at the limit: by operations or by bytes, whichever take longer. */
const limitMs = ({ flops, bytes }: Cost, { peakGflops, copyGBs }: MachineLimits): number =>
  Math.max(flops / peakGflops, bytes / copyGBs) / 1e6;

const per = (work: number, ms: number): number => (ms > 0 ? work / ms / 1e6 : 0);

function figures({ flops, bytes }: Cost, ms: number, atLimit: number): ProfileFigures {
  return {
    ms,
    flops,
    gflops: per(flops, ms),
    bytes,
    gbs: per(bytes, ms),
    percentOfLimit: ms > 0 ? (100 * atLimit) / ms : 0,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** Where the time of a model goes: a figure per node and for the whole; `toString` makes a table of it. */
export class ModelProfile implements ProfileFigures {
  readonly nodes: readonly NodeProfile[];
  readonly ms: number;
  readonly flops: number;
  readonly gflops: number;
  readonly bytes: number;
  readonly gbs: number;
  /** Of the nodes one after the other: the sum of their times at the limit, of the time that was measured. */
  readonly percentOfLimit: number;
  readonly runs: number;
  readonly threads: number;
  /** What the machine can do with these threads, measured once per process. */
  readonly limits: MachineLimits;
  readonly #title: string;

  /** Use `model.profile(x)`. `times`: milliseconds per node, per run. */
  constructor(
    title: string,
    nodes: readonly Omit<NodeProfile, Exclude<keyof ProfileFigures, keyof Cost>>[],
    times: readonly ArrayLike<number>[],
    limits: MachineLimits,
  ) {
    this.#title = title;
    this.limits = limits;
    this.runs = times.length;
    this.threads = getNumThreads();
    this.nodes = nodes.map((node, i) => {
      const ms = median(times.map((run) => run[i] as number));
      return { ...node, ...figures(node, ms, limitMs(node, limits)) };
    });
    const sum = (of: (node: NodeProfile) => number) =>
      this.nodes.reduce((total, node) => total + of(node), 0);
    const cost = { flops: sum(({ flops }) => flops), bytes: sum(({ bytes }) => bytes) };
    const whole = median(times.map((run) => Array.from(run).reduce((total, ms) => total + ms, 0)));
    const total = figures(
      cost,
      whole,
      sum((node) => limitMs(node, limits)),
    );
    this.ms = total.ms;
    this.flops = total.flops;
    this.gflops = total.gflops;
    this.bytes = total.bytes;
    this.gbs = total.gbs;
    this.percentOfLimit = total.percentOfLimit;
  }

  /** A table: a row per node in the order of execution, the totals below. */
  toString(): string {
    const { peakGflops, copyGBs } = this.limits;
    const together = this.nodes.reduce((sum, { ms }) => sum + ms, 0);
    const row = (node: NodeProfile) => [
      node.label,
      [node.op, ...node.fused].join('+'),
      node.kernel === '' ? node.algorithm : `${node.algorithm} (${node.kernel})`,
      node.outputs.map((shape) => `[${shape.join(', ')}]`).join(' '),
      ...numbers(node, node.ms / together),
    ];
    const lines = aligned([HEAD, ...this.nodes.map(row), ['total', '', '', '', ...numbers(this, 1)]]);
    const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
    return [
      `${this.#title}: median of ${this.runs} runs, ${this.threads} threads`,
      lines[0],
      rule,
      ...lines.slice(1, -1),
      rule,
      lines.at(-1),
      `Limits: ${peakGflops.toFixed(0)} GFLOP/s (float32 multiply-adds), ${copyGBs.toFixed(1)} GB/s (copy)`,
    ].join('\n');
  }
}

const HEAD = ['Layer', 'Op', 'Algorithm', 'Output', 'ms', '% of time', 'GFLOP/s', 'GB/s', '% of limit'];
/** Columns of text; the others are numbers. */
const TEXTS = 4;

const numbers = ({ ms, gflops, gbs, percentOfLimit }: ProfileFigures, share: number): string[] => [
  ms.toFixed(3),
  (100 * share).toFixed(1),
  gflops.toFixed(1),
  gbs.toFixed(1),
  percentOfLimit.toFixed(0),
];

/** Text to the left, numbers to the right, columns two spaces apart. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row
      .map((text, i) => (i < TEXTS ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number)))
      .join('  '),
  );
}

/** Runs the model and measures each node. */
export function profile(model: Runnable, tensors: readonly Tensor[], options?: ProfileOptions): ModelProfile {
  const label = `${model.label} profile`;
  const { runs = 10, batchSize } = readOptions(label, options, ['runs', 'batchSize']);
  integer(label, 'runs', runs);
  const { plan, inputs, outputs } = firstStep(model, tensors, batchSize);
  if (outputs.every(({ size }) => size === 0)) {
    throw argumentError(label, 'there is nothing to measure: the output is empty', {
      inputs: tensors.map(({ shape }) => shape),
    });
  }
  const native = addon();
  const limits = knownLimits();
  const results = outputs.map((output) => operandOf(label, output));
  const once = (): Float64Array => native.profile(plan, inputs, results);
  let times: Float64Array[];
  try {
    once();
    times = Array.from({ length: runs }, once);
  } finally {
    for (const output of outputs) output.dispose();
  }
  const nodes = native.planInfo(plan).nodes.map(({ name, segment: _, mode, ...node }) => ({
    ...node,
    label: name,
    mode: mode as NodeProfile['mode'],
  }));
  return new ModelProfile(label, nodes, times, limits);
}
