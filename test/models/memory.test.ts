import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addon } from '../../lib/backend/load.js';
import {
  Activation,
  Add,
  Conv2D,
  Dense,
  DepthwiseConv2D,
  Flatten,
  getNumThreads,
  Input,
  Lambda,
  MaxPooling2D,
  Model,
  mean,
  mul,
  Reshape,
  random,
  Sequential,
  type SymbolicTensor,
  setNumThreads,
  slice,
  type Tensor,
} from '../../lib/index.js';
import { bytesOf } from '../support/bytes.js';

const MiB = 2 ** 20;
const held = () => addon().info().arenaBytes;

const before = getNumThreads();
beforeAll(() => setNumThreads(2));
afterAll(() => setNumThreads(before));

/** Large maps that cross from one way of execution to another, and few weights. 1.2 MiB of activations per sample. */
const wide = () =>
  new Sequential([
    new Conv2D({ filters: 96, kernelSize: 3, padding: 'same', activation: 'relu', inputShape: [40, 40, 8] }),
    new Conv2D({ filters: 96, kernelSize: 3, padding: 'same', activation: 'relu' }),
    new Conv2D({ filters: 100, kernelSize: 3, padding: 'same', activation: 'relu' }),
    new MaxPooling2D({ poolSize: 4 }),
    new Conv2D({ filters: 8, kernelSize: 1 }),
  ]);

describe('a batch whose activations are many', () => {
  const shape = (batch: number) => [batch, 40, 40, 8] as const;

  it('goes through in parts that need less memory than the whole', () => {
    const model = wide();
    const small = model.planInfo(shape(8));
    expect(small.samplesAtOnce).toBe(8);
    expect(small.arenaBytes).toBeGreaterThan(0);
    const large = model.planInfo(shape(256));
    expect(large.samplesAtOnce).toBeGreaterThanOrEqual(8);
    expect(large.samplesAtOnce).toBeLessThan(256);
    expect(large.samplesAtOnce % 2).toBe(0);
    expect(large.arenaBytes).toBeLessThanOrEqual(44 * MiB);
    expect(large.arenaBytes).toBeLessThan((small.arenaBytes / 8) * 256);
  });

  it.each([64, 67])('gives the same bits in parts as sample by sample, batch %i', (batch) => {
    const model = wide();
    const x = random(shape(batch), { min: -1, max: 1, seed: 1 }) as Tensor;
    expect(model.planInfo(x.shape as number[]).samplesAtOnce).toBeLessThan(batch);
    const whole = model.predictSync(x) as Tensor;
    for (const i of [0, 1, 31, 32, batch - 2, batch - 1]) {
      const single = model.predictSync(slice(x, [i], [i + 1]) as Tensor) as Tensor;
      expect(bytesOf(single).equals(bytesOf(slice(whole, [i], [i + 1]) as Tensor))).toBe(true);
    }
  });

  it('stays whole where samples are mixed', () => {
    const x = Input({ shape: [40, 40, 8] });
    const base = wide().apply(x);
    const mixed = new Lambda({
      function: (y) => mul(y as Tensor, mean(y as Tensor, { axis: 0, keepDims: true })),
    }).apply(base);
    const model = new Model({ inputs: x, outputs: mixed });
    expect(model.planInfo(shape(64)).samplesAtOnce).toBe(64);
  });

  it('stays whole where reading the weights again would take longer', () => {
    const model = new Sequential([
      new Flatten({ inputShape: [64, 64] }),
      new Dense({ units: 4096, activation: 'relu' }),
      new Dense({ units: 1024 }),
    ]);
    const { arenaBytes, samplesAtOnce } = model.planInfo([4096, 64, 64]);
    expect(arenaBytes).toBeGreaterThan(44 * MiB);
    expect(samplesAtOnce).toBe(4096);
  });

  it('adds the time of all parts up in a profile', () => {
    const model = wide();
    const x = random(shape(64), { seed: 1 }) as Tensor;
    const begin = performance.now();
    const { ms, nodes, runs } = model.profile(x, { runs: 3 });
    expect(nodes.reduce((sum, node) => sum + node.ms, 0)).toBeGreaterThan(0.8 * ms);
    expect(ms * runs).toBeLessThan(performance.now() - begin);
  });
});

describe('a convolution with a residual', () => {
  type Node = SymbolicTensor;
  const shape = [1, 40, 40, 8];
  const map = 40 * 40 * 64 * 4;
  const conv = (x: Node, filters = 64, kernelSize = 1) =>
    new Conv2D({ filters, kernelSize, padding: 'same' }).apply(x) as Node;
  const add = (a: Node, b: Node) =>
    new Activation({ activation: 'relu' }).apply(new Add().apply([a, b])) as Node;
  const net = (inputs: Node, ...outputs: Node[]) => new Model({ inputs, outputs });
  const runs = (model: Model<Node, Node[]>, x: Tensor) => (model.predictSync(x) as Tensor[]).map(bytesOf);
  const values = () => random(shape, { min: -1, max: 1, seed: 4 }) as Tensor;

  it.each([
    ['pointwise gemm', (x: Node) => conv(conv(x))],
    ['winograd 4x4', (x: Node) => conv(conv(x), 64, 3)],
    [
      'depthwise',
      (x: Node) => new DepthwiseConv2D({ kernelSize: 3, padding: 'same' }).apply(conv(x)) as Node,
    ],
    ['direct', (x: Node) => conv(conv(x, 4), 64, 3)],
    ['implicit gemm', (x: Node) => conv(conv(x), 64, 2)],
  ])('is written over it where it is dead: %s', (algorithm, branch) => {
    const x = Input({ shape: shape.slice(1) });
    const shortcut = conv(x);
    const y = conv(add(branch(shortcut), shortcut), 2);
    const model = net(x, y);
    const info = model.planInfo(shape);
    expect(info.nodes.find(({ fused }) => fused.includes('residual'))?.algorithm).toBe(algorithm);
    const later = net(x, y, conv(shortcut, 2)); // reads the shortcut when the sum is made
    expect(later.planInfo(shape).arenaBytes).toBe(info.arenaBytes + map);
    const input = values();
    expect(runs(model, input)[0]?.equals(runs(later, input)[0] as Buffer)).toBe(true);
  });

  it('leaves alone what is read besides: an input, its own input, another shape of it', () => {
    const x = Input({ shape: shape.slice(1) });
    const shortcut = conv(x);
    const again = new Reshape({ targetShape: [1600, 64] }).apply(shortcut) as Node;
    const overInput = conv(add(conv(conv(x), 8), x), 2);
    const overOwn = conv(add(conv(shortcut), shortcut), 2);
    const overShape = conv(add(conv(conv(x)), shortcut), 2);
    const input = values();
    const before = Buffer.from(bytesOf(input));
    for (const y of [overInput, overOwn, overShape]) {
      const [alone] = runs(net(x, y), input);
      const [whole, kept, reshaped] = runs(net(x, y, shortcut, again), input);
      expect(alone?.equals(whole as Buffer)).toBe(true);
      expect(reshaped?.equals(kept as Buffer)).toBe(true);
    }
    expect(bytesOf(input).equals(before)).toBe(true);
  });
});

describe('the plans of a model for several shapes', () => {
  it('share packed weights and the memory of activations', () => {
    const model = new Sequential([
      new Conv2D({ filters: 256, kernelSize: 3, padding: 'same', inputShape: [20, 20, 256] }),
      new Conv2D({ filters: 256, kernelSize: 3, padding: 'same' }),
      new Flatten(),
      new Dense({ units: 10 }),
    ]);
    const run = (batch: number) => model.predictSync(random([batch, 20, 20, 256], { seed: 2 }) as Tensor);
    run(8); // threads have their scratch
    const start = held();
    const { packedBytes, arenaBytes } = model.planInfo([8, 20, 20, 256]);
    expect(packedBytes).toBeGreaterThan(4 * 2 * 256 * 256 * 9);
    expect(arenaBytes).toBeGreaterThan(MiB);
    for (const batch of [4, 7, 8, 1]) {
      run(batch);
      expect(model.planInfo([batch, 20, 20, 256]).packedBytes).toBe(packedBytes);
    }
    expect(held() - start).toBeLessThan(arenaBytes / 4);
  });

  it('hold what they packed, and no other copy of the weights', () => {
    const model = new Sequential([
      new Dense({ units: 1024, inputShape: [1024] }),
      new Dense({ units: 1024, activation: 'relu' }),
    ]);
    const start = held();
    const { packedBytes } = model.planInfo([2, 1024]);
    expect(packedBytes).toBeGreaterThanOrEqual(2 * 4 * 1024 * 1024);
    expect(packedBytes).toBeLessThan(1.02 * 2 * 4 * 1024 * 1024);
    expect(held() - start).toBe(packedBytes);
  });

  it('leave the weights of the layers as they are', () => {
    const model = wide();
    const weights = model.getWeights().map((w) => Float32Array.from(w.data as Float32Array));
    const x = random([4, 40, 40, 8], { seed: 3 }) as Tensor;
    const first = bytesOf(model.predictSync(x) as Tensor);
    expect(model.getWeights().map(({ data }) => data)).toEqual(weights);
    model.setWeights(model.getWeights());
    expect(bytesOf(model.predictSync(x) as Tensor).equals(first)).toBe(true);
  });
});
