import { describe, expect, it } from 'vitest';
import {
  Conv2D,
  Dense,
  type DeviceName,
  devices,
  Flatten,
  Input,
  MaxPooling2D,
  Model,
  random,
  Sequential,
  type Tensor,
  withBackend,
} from '../../lib/index.js';
import { cuda } from '../support/cuda.js';
import { expectError } from '../support/errors.js';

const onGpu = describe.skipIf(!cuda?.available);
if (!cuda?.available) console.log(`device: skipped what runs on a GPU: ${cuda?.reason}`);

const net = (device?: DeviceName) =>
  new Sequential({
    device,
    layers: [
      Input({ shape: [20, 20, 3] }),
      new Conv2D({ filters: 24, kernelSize: 3, activation: 'relu' }),
      new MaxPooling2D(),
      new Conv2D({ filters: 40, kernelSize: 3, strides: 2, padding: 'same' }),
      new Flatten(),
      new Dense({ units: 10, activation: 'softmax' }),
    ],
  });
const x = random([6, 20, 20, 3], { seed: 5 }) as Tensor;
const far = (a: Tensor, b: Tensor) => {
  const [p, q] = [a.data as Float32Array, b.data as Float32Array];
  return Math.max(...p.map((value, i) => Math.abs(value - (q[i] as number))));
};

describe('device', () => {
  it('is the CPU unless said otherwise, an option and a property, and no part of what is saved', () => {
    const model = net();
    expect(model.device).toBe('cpu');
    model.device = 'cuda';
    expect(model.device).toBe('cuda');
    expect(net('cuda').device).toBe('cuda');
    const input = Input({ shape: [4] });
    const outputs = new Dense({ units: 2 }).apply(input);
    expect(new Model({ inputs: input, outputs, device: 'cuda' }).device).toBe('cuda');
    expect(net('cuda').getConfig()).not.toHaveProperty('device');
  });

  it('is one of two', () => {
    expectError(() => net('gpu' as DeviceName), 'ERR_ARGUMENT', '"cpu", "cuda"');
    expectError(() => Object.assign(net(), { device: 1 }), 'ERR_ARGUMENT', 'device=1');
  });

  it.skipIf(cuda?.available)(
    'throws ERR_DEVICE with the reason where there is no GPU, in every way to run',
    async () => {
      const model = net('cuda');
      const reason = cuda?.reason as string;
      expectError(() => model.predictSync(x), 'ERR_DEVICE', reason);
      await expect(model.predict(x)).rejects.toMatchObject({ code: 'ERR_DEVICE' });
      const stream = async () => {
        for await (const _ of model.stream([random([20, 20, 3])], { batchSize: 1 }))
          throw new Error('it ran');
      };
      await expect(stream()).rejects.toMatchObject({ code: 'ERR_DEVICE' });
      withBackend('cuda', () => expectError(() => net().predictSync(x), 'ERR_DEVICE', reason));
      model.device = 'cpu';
      expect(model.predictSync(x).shape).toEqual([6, 10]);
    },
  );
});

onGpu('device cuda', () => {
  it('gives what the CPU gives, by predictSync, predict and stream, again and again', async () => {
    const model = net();
    const expected = model.predictSync(x) as Tensor;
    model.device = 'cuda';
    for (let i = 0; i < 4; i += 1) expect(far(model.predictSync(x) as Tensor, expected)).toBeLessThan(1e-5);
    const together = await Promise.all(Array.from({ length: 4 }, () => model.predict(x)));
    for (const y of together) expect(far(y as Tensor, expected)).toBeLessThan(1e-5);
  });

  it.each(['tf32', 'bfloat16'] as const)('multiplies in %s', (precision) => {
    const model = net();
    const expected = model.predictSync(x) as Tensor;
    Object.assign(model, { device: 'cuda', precision });
    expect(far(model.predictSync(x) as Tensor, expected)).toBeLessThan(0.02);
  });

  it('tells how much of the GPU the plans of the process take', () => {
    const model = net('cuda');
    model.predictSync(x);
    const gpu = devices()[1]?.gpus[0];
    expect(gpu?.usedBytes).toBeGreaterThan(x.size * 4);
  });

  it('profiles every node', async () => {
    const { nodes } = await net('cuda').profile(x);
    expect(nodes.map(({ kernel }) => kernel).filter((kernel) => kernel !== '')).not.toContain('avx512');
  });
});
