import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Conv2D,
  Dense,
  Flatten,
  Input,
  Lambda,
  limits,
  MaxPooling2D,
  Model,
  type ModelProfile,
  ones,
  ReLU,
  relu,
  Sequential,
  setNumThreads,
  type Tensor,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';
import { twins } from './nets.js';

const net = () =>
  new Sequential({
    name: 'small',
    layers: [
      new Conv2D({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [14, 14, 3], name: 'conv1' }),
      new MaxPooling2D({ poolSize: 2, name: 'pool1' }),
      new Flatten({ name: 'flat' }),
      new Dense({ units: 10, activation: 'softmax', name: 'head' }),
    ],
  });
const x = (batch: number) => ones([batch, 14, 14, 3]) as Tensor;

describe('profile', () => {
  let profile: ModelProfile;
  const model = net();
  beforeAll(() => {
    profile = model.profile(x(4), { runs: 5 });
  });

  it('lists the nodes of the plan with what they do', () => {
    const info = model.planInfo([4, 14, 14, 3]).nodes;
    expect(profile.nodes.map(({ op, algorithm }) => [op, algorithm])).toEqual(
      info.map(({ op, algorithm }) => [op, algorithm]),
    );
    const [conv, pool] = profile.nodes;
    expect(conv).toMatchObject({
      op: 'conv',
      label: 'conv1',
      fused: ['bias', 'relu'],
      inputs: [[4, 14, 14, 3], [3, 3, 3, 8], [8]],
      outputs: [[4, 12, 12, 8]],
      flops: 2 * 4 * 12 * 12 * 8 * 27,
      bytes: 4 * (4 * 14 * 14 * 3 + 27 * 8 + 8 + 4 * 12 * 12 * 8),
    });
    expect(pool).toMatchObject({ op: 'pool', label: 'pool1', fused: [], outputs: [[4, 6, 6, 8]] });
    expect(['avx512', 'avx2', 'baseline']).toContain(conv?.kernel);
    const flat = profile.nodes.find(({ label }) => label === 'flat');
    expect(flat).toMatchObject({ op: 'reshape', algorithm: 'alias', kernel: '', flops: 0, bytes: 0 });
  });

  it('computes rates and the share of the limit from the time', () => {
    const { peakGflops, copyGBs } = profile.limits;
    for (const node of profile.nodes) {
      expect(node.ms).toBeGreaterThanOrEqual(0);
      if (node.ms === 0) continue;
      expect(node.gflops).toBeCloseTo(node.flops / node.ms / 1e6, 6);
      expect(node.gbs).toBeCloseTo(node.bytes / node.ms / 1e6, 6);
      const atLimit = Math.max(node.flops / peakGflops, node.bytes / copyGBs) / 1e6;
      expect(node.percentOfLimit).toBeCloseTo((100 * atLimit) / node.ms, 6);
    }
    expect(profile.flops).toBe(profile.nodes.reduce((sum, { flops }) => sum + flops, 0));
    expect(profile.bytes).toBe(profile.nodes.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(profile).toMatchObject({ runs: 5 });
    expect(profile.ms).toBeGreaterThan(0);
    expect(profile.percentOfLimit).toBeGreaterThan(0);
  });

  it('prints a table', () => {
    const lines = String(profile).split('\n');
    expect(lines[0]).toMatch(/^Sequential "small" profile: median of 5 runs, \d+ threads$/);
    expect(lines[1]).toMatch(/^Layer +Op +Algorithm +Output +ms +% of time +GFLOP\/s +GB\/s +% of limit$/);
    expect(lines).toHaveLength(profile.nodes.length + 6);
    const conv = lines.find((line) => line.startsWith('conv1')) as string;
    expect(conv).toMatch(/conv\+bias\+relu +.*\[4, 12, 12, 8\] +\d+\.\d{3} +\d+\.\d( +\d+\.\d){2} +\d+$/);
    expect(conv).toHaveLength((lines[1] as string).length);
    expect(lines.at(-1)).toMatch(/^Limits: \d+ GFLOP\/s .*, \d+\.\d GB\/s \(copy\)$/);
  });

  it('gives times that add up to those of a run, also where samples are split over threads', () => {
    const model = new Sequential([
      Input({ shape: [64, 64, 8] }),
      new ReLU(),
      new MaxPooling2D({ poolSize: 2 }),
      new Lambda({ function: (t) => relu(t as Tensor) }),
    ]);
    const input = ones([16, 64, 64, 8]) as Tensor;
    setNumThreads(2);
    const { nodes, ms } = model.profile(input, { runs: 21 });
    expect(nodes.some(({ mode }) => mode === 'sample')).toBe(true);
    const sum = nodes.reduce((total, node) => total + node.ms, 0);
    expect(sum).toBeGreaterThan(ms / 2);
    expect(sum).toBeLessThan(ms * 2);
    const out = model.predictSync(input);
    const runs = Array.from({ length: 21 }, () => {
      const start = performance.now();
      model.predictSync(input, { out });
      return performance.now() - start;
    });
    expect(ms).toBeLessThan(runs.sort((a, b) => a - b).at(-1) as number);
  });

  it('profiles the first part of a batch that is cut', () => {
    expect(model.profile(x(5), { runs: 1, batchSize: 2 }).nodes[0]?.outputs).toEqual([[2, 12, 12, 8]]);
  });

  it('takes several inputs, by name too', () => {
    const { a, b, both, score } = twins();
    const model = new Model({ inputs: [a, b], outputs: [both, score] });
    const feed = ones([2, 4]) as Tensor;
    const labels = model.profile([feed, feed], { runs: 1 }).nodes.map(({ label }) => label);
    expect(labels.filter((label) => label === 'shared')).toHaveLength(2);
    expect(model.profile({ a: feed, b: feed }, { runs: 1 }).nodes.map(({ label }) => label)).toEqual(labels);
  });

  it.each([
    [{ runs: 0 }, 'ERR_ARGUMENT'],
    [{ runs: 1.5 }, 'ERR_ARGUMENT'],
    [{ run: 3 }, 'ERR_ARGUMENT'],
    [{ batchSize: 0 }, 'ERR_ARGUMENT'],
    ['often', 'ERR_ARGUMENT'],
  ] as const)('refuses the options %j', (options, code) => {
    expectError(() => model.profile(x(2), options as never), code);
  });

  it('refuses what predictSync refuses, and an empty batch', () => {
    expectError(() => model.profile(ones([2, 14, 14, 4]) as Tensor), 'ERR_SHAPE');
    expectError(() => model.profile(x(0)), 'ERR_ARGUMENT', 'empty');
  });

  it('measures the limits once', () => {
    const { limits: known } = model.profile(x(4), { runs: 1 });
    expect(model.profile(x(4), { runs: 1 }).limits).toBe(known);
    expect(known.peakGflops / limits().peakGflops).toBeGreaterThan(0.1);
  });
});

describe('LAYERWISE_PROFILE', () => {
  interface Event {
    name: string;
    cat?: string;
    ph: string;
    ts: number;
    dur: number;
    pid: number;
    tid: number;
    args: Record<string, unknown>;
  }
  const program = fileURLToPath(new URL('./programs/traced.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'layerwise-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const traced = (path: string, ...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', program, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LAYERWISE_PROFILE: path, LAYERWISE_NUM_THREADS: '2' },
    });

  it('writes a Chrome trace of every run', () => {
    const file = join(folder, 'trace.json');
    const { status, stdout, stderr } = traced(file);
    expect([status, stdout, stderr]).toEqual([0, 'done\n', '']);
    const trace = JSON.parse(readFileSync(file, 'utf8')) as {
      traceEvents: Event[];
      otherData: { droppedEvents: number };
    };
    expect(trace.otherData.droppedEvents).toBe(0);
    const [first, ...events] = trace.traceEvents;
    expect(first).toMatchObject({ ph: 'M', name: 'process_name' });
    for (const { ph, ts, dur, pid, tid } of events) {
      expect([ph, typeof ts, typeof dur, typeof tid]).toEqual(['X', 'number', 'number', 'number']);
      expect(ts).toBeGreaterThanOrEqual(0);
      expect(dur).toBeGreaterThanOrEqual(0);
      expect(pid).toBe(events[0]?.pid);
    }
    const named = (name: string) => events.filter((event) => event.name === name);
    const runs = named('run');
    // Five of predictSync, two of predict, one eager: a model may be cut into none, each is one run.
    expect(runs.map(({ args }) => args.inputs).sort()).toEqual(
      [...Array(7).fill('[8, 14, 14, 3]'), '[5]'].sort(),
    );
    const convs = named('conv "1"\n');
    const samples = convs.reduce((sum, { args }) => sum + (args.samples as number), 0);
    expect(samples === 7 * 8 || samples === 7).toBe(true); // split by sample, or not
    expect(convs[0]?.args).toMatchObject({ op: 'conv', outputs: '[8, 12, 12, 8]' });
    for (const key of ['algorithm', 'kernel']) expect(convs[0]?.args[key]).toMatch(/./);
    for (const { args, dur } of convs.filter((event) => event.dur > 0)) {
      const flops = (2 * 8 * 12 * 12 * 8 * 27 * (args.samples as number)) / (samples === 7 ? 1 : 8);
      // Both are rounded to thousandths.
      expect(Math.abs((args.gflops as number) * dur * 1e3 - flops)).toBeLessThan(flops * 0.01 + dur);
    }
    expect(named('unary')).toHaveLength(1);
    for (const node of [...convs, ...named('head')]) {
      const inside = runs.some(({ ts, dur }) => ts <= node.ts && node.ts + node.dur <= ts + dur + 0.01);
      expect(inside).toBe(true);
    }
  });

  it('keeps the first 100,000 events and counts the others', () => {
    const file = join(folder, 'long.json');
    expect(traced(file, '60000')).toMatchObject({ status: 0, stderr: '' });
    const { traceEvents, otherData } = JSON.parse(readFileSync(file, 'utf8'));
    expect(traceEvents).toHaveLength(100_000 + 1);
    expect(otherData.droppedEvents).toBeGreaterThan(20_000);
    expect(traceEvents[1].name).toBe('conv "1"\n');
  });

  it('says so when the file cannot be written, and computes', () => {
    const { status, stdout, stderr } = traced(join(folder, 'none', 'trace.json'));
    expect([status, stdout]).toEqual([0, 'done\n']);
    expect(stderr).toMatch(/^layerwise: LAYERWISE_PROFILE: cannot write ".*trace\.json": No such file .*\n$/);
  });
});
