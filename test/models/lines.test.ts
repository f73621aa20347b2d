import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Activation,
  Add,
  AveragePooling2D,
  Conv2D,
  DepthwiseConv2D,
  GlobalAveragePooling2D,
  getNumThreads,
  Input,
  MaxPooling2D,
  Model,
  machineInfo,
  random,
  type SymbolicTensor,
  setNumThreads,
  slice,
  type Tensor,
} from '../../lib/index.js';
import { bytesOf } from '../support/bytes.js';

type Node = SymbolicTensor;
const before = getNumThreads();
beforeAll(() => setNumThreads(2));
afterAll(() => setNumThreads(before));

/** Lines of an image of that width and so many channels, which is more than a core's cache holds. */
const tall = (width: number, channels: number) =>
  Math.ceil((machineInfo().cacheBytes.l2 * 1.2) / (width * channels * 4));

const conv = (x: Node, filters: number, options: object = {}) =>
  new Conv2D({ filters, kernelSize: 1, biasInitializer: 'randomNormal', ...options }).apply(x) as Node;
const depthwise = (x: Node, options: object = {}) =>
  new DepthwiseConv2D({ kernelSize: 3, padding: 'same', ...options }).apply(x) as Node;
const inverted = (x: Node, wide: number, options: object = {}) =>
  conv(
    depthwise(conv(x, wide, { activation: 'relu6' }), { activation: 'relu6', ...options }),
    x.shape[3] as number,
  );

/** Nets, with the width and the most channels that their images have. */
const NETS: Record<string, { width: number; channels: number; net: (x: Node) => Node | Node[] }> = {
  'an inverted residual': {
    width: 37,
    channels: 72,
    net: (x) => new Add().apply([inverted(x, 72), x]) as Node,
  },
  'two of them, the second of stride 2': {
    width: 41,
    channels: 66,
    net: (x) => inverted(new Add().apply([inverted(x, 66), x]) as Node, 66, { strides: 2 }),
  },
  'a stem, its pooling and a pointwise convolution': {
    width: 83,
    channels: 48,
    net: (x) => {
      const stem = conv(x, 48, { kernelSize: 7, padding: 'same', activation: 'relu' });
      return conv(new MaxPooling2D({ poolSize: 3, strides: 2, padding: 'same' }).apply(stem) as Node, 20);
    },
  },
  'depthwise windows of 5, dilated, two outputs per channel, a late activation': {
    width: 33,
    channels: 70,
    net: (x) => {
      const spread = depthwise(conv(x, 35), { kernelSize: 5, dilationRate: 2, depthMultiplier: 2 });
      return conv(new Activation({ activation: 'silu' }).apply(spread) as Node, 9);
    },
  },
  'averages between pointwise convolutions': {
    width: 29,
    channels: 65,
    net: (x) => {
      const pooled = new AveragePooling2D({ poolSize: 3, strides: 1, padding: 'same' }).apply(conv(x, 65));
      return conv(conv(pooled as Node, 64, { activation: 'tanh' }), 7);
    },
  },
  'an image that is read inside and later, and is an output': {
    width: 31,
    channels: 68,
    net: (x) => {
      const wide = conv(x, 68, { activation: 'relu' });
      const y = conv(depthwise(wide), 68);
      const sum = new Add().apply([y, wide]) as Node;
      return [new GlobalAveragePooling2D().apply(sum) as Node, wide, conv(sum, 5)];
    },
  },
};

describe('nodes that make some lines at a time', () => {
  const made = (name: string) => {
    const { width, channels, net } = NETS[name] as (typeof NETS)[string];
    const inputs = Input({ shape: [tall(width, channels), width, 12] }) as Node;
    return new Model({ inputs, outputs: net(inputs) });
  };
  const input = (model: Model, batch: number) =>
    random([batch, ...((model.inputs[0] as Node).shape.slice(1) as number[])], {
      min: -1,
      max: 1,
      seed: 5,
    }) as Tensor;
  const results = (model: Model, x: Tensor) => [model.predictSync(x)].flat() as Tensor[];

  it.each(Object.keys(NETS))('have the bits of whole images: %s', (name) => {
    const model = made(name);
    const x = input(model, 6);
    expect(model.planInfo(x.shape as number[]).nodes.some(({ mode }) => mode === 'lines')).toBe(true);
    expect(
      model.planInfo([1, ...x.shape.slice(1)] as number[]).nodes.every(({ mode }) => mode !== 'lines'),
    ).toBe(true);
    const all = results(model, x);
    const again = results(model, x);
    for (const [i, output] of all.entries())
      expect(bytesOf(again[i] as Tensor).equals(bytesOf(output))).toBe(true);
    for (let sample = 0; sample < 6; sample++) {
      const alone = results(model, slice(x, [sample], [sample + 1]) as Tensor);
      for (const [i, output] of all.entries()) {
        expect(
          bytesOf(alone[i] as Tensor).equals(bytesOf(slice(output, [sample], [sample + 1]) as Tensor)),
        ).toBe(true);
      }
    }
  });

  it('are measured node by node', () => {
    const model = made('an inverted residual');
    const { nodes, ms } = model.profile(input(model, 6), { runs: 5 });
    const lines = nodes.filter(({ mode }) => mode === 'lines');
    expect(lines.length).toBeGreaterThan(1);
    for (const node of lines) expect(node.ms).toBeGreaterThan(0);
    expect(nodes.reduce((sum, node) => sum + node.ms, 0)).toBeLessThan(ms * 2);
  });

  it('allocate nothing in steady state', () => {
    const model = made('two of them, the second of stride 2');
    const x = input(model, 6);
    const out = results(model, x)[0] as Tensor;
    model.predictSync(x, { out });
    const { allocations } = machineInfo();
    for (let i = 0; i < 5; i++) model.predictSync(x, { out });
    expect(machineInfo().allocations).toBe(allocations);
  });

  it('stop when the run is aborted', async () => {
    const model = made('an inverted residual');
    const controller = new AbortController();
    const running = model.predict(input(model, 64), { signal: controller.signal, batchSize: 64 });
    setTimeout(() => controller.abort(), 1);
    await expect(running).rejects.toThrow(/abort/i);
  });
});
