import { describe, expect, it } from 'vitest';
import {
  Add,
  Conv2D,
  Dense,
  type DeviceName,
  Flatten,
  featureMaps,
  Input,
  Lambda,
  MaxPooling2D,
  Model,
  mul,
  random,
  Sequential,
  type Tensor,
  zeros,
} from '../../lib/index.js';
import { bytesOf } from '../support/bytes.js';
import { cuda, used } from '../support/cuda.js';
import { expectError } from '../support/errors.js';
import { collected } from '../support/gc.js';

const onGpu = describe.skipIf(!cuda?.available);
const same = (there: Tensor, expected: Tensor) => bytesOf(there.to('cpu')).equals(bytesOf(expected));

const net = (device: DeviceName = 'cuda') =>
  new Sequential({
    device,
    name: 'net',
    layers: [
      Input({ shape: [12, 12, 3] }),
      new Conv2D({ filters: 8, kernelSize: 3, activation: 'relu', name: 'conv' }),
      new MaxPooling2D(),
      new Flatten(),
      new Dense({ units: 10, activation: 'softmax' }),
    ],
  });
const images = (batch: number, seed = 5) => random([batch, 12, 12, 3], { seed }) as Tensor;
const x = images(7);

/** (a, b) -> a + b, 2a */
const twoInputs = (device: DeviceName = 'cuda') => {
  const [a, b] = [Input({ shape: [3], name: 'a' }), Input({ shape: [3], name: 'b' })];
  const twice = new Lambda({ function: (y) => mul(y as Tensor, 2) }).apply(a);
  return new Model({ inputs: [a, b], outputs: [new Add().apply([a, b]), twice], device, name: 'pair' });
};
const [p, q] = [random([5, 3], { seed: 1 }) as Tensor, random([5, 3], { seed: 2 }) as Tensor];

onGpu('a model on cuda, with inputs that lie there', () => {
  it('gives results there with the same bits, now and later, again and again', async () => {
    const model = net();
    const expected = model.predictSync(x) as Tensor;
    expect(expected.device).toBe('cpu');
    const there = x.to('cuda');
    for (let i = 0; i < 4; i++) {
      const y = model.predictSync(there) as Tensor;
      expect([y.device, y.shape, y.dtype]).toEqual(['cuda', [7, 10], 'float32']);
      expect(same(y, expected)).toBe(true);
      expect(same(model.predictSync(x) as Tensor, expected)).toBe(true);
    }
    const later = await Promise.all(Array.from({ length: 5 }, () => model.predict(there)));
    for (const y of later)
      expect([(y as Tensor).device, same(y as Tensor, expected)]).toEqual(['cuda', true]);
  });

  it('cuts the batch', async () => {
    const model = net();
    const expected = model.predictSync(x, { batchSize: 3 }) as Tensor;
    const there = x.to('cuda');
    for (const batchSize of [1, 3, 7, 100]) {
      expect(same(model.predictSync(there, { batchSize }) as Tensor, expected)).toBe(true);
      expect(same((await model.predict(there, { batchSize })) as Tensor, expected)).toBe(true);
    }
  });

  it('takes several, and gives several', async () => {
    const model = twoInputs();
    const expected = model.predictSync([p, q]) as Tensor[];
    for (const options of [undefined, { batchSize: 2 }]) {
      const now = model.predictSync([p.to('cuda'), q.to('cuda')], options) as Tensor[];
      const later = (await model.predict({ a: p.to('cuda'), b: q.to('cuda') }, options)) as Tensor[];
      for (const got of [now, later])
        expect(got.map((y, i) => same(y, expected[i] as Tensor))).toEqual([true, true]);
    }
  });

  it('takes an empty batch', async () => {
    const model = net();
    const empty = zeros([0, 12, 12, 3]).to('cuda') as Tensor;
    expect((model.predictSync(empty) as Tensor).device).toBe('cuda');
    expect(((await model.predict(empty)) as Tensor).to('cpu').shape).toEqual([0, 10]);
  });

  it('takes no more of the GPU from run to run', async () => {
    const model = net();
    const there = x.to('cuda');
    const run = async () => {
      model.predictSync(there).dispose();
      model.predictSync(there, { batchSize: 3 }).dispose();
      (await model.predict(there)).dispose();
      (await model.predict(there, { batchSize: 7 })).dispose();
    };
    await run();
    await collected(); // what earlier tests have left
    const before = used();
    for (let i = 0; i < 5; i++) await run();
    await collected();
    expect(used()).toBe(before);
  });

  it('writes to tensors there', () => {
    const model = net();
    const there = x.to('cuda');
    const out = zeros([7, 10]).to('cuda') as Tensor;
    for (const batchSize of [3, 7]) {
      expect(model.predictSync(there, { out, batchSize })).toBe(out);
      expect(same(out, model.predictSync(x) as Tensor)).toBe(true);
    }
    expectError(() => model.predictSync(there, { out: zeros([7, 10]) as Tensor }), 'ERR_DEVICE', 'out="cpu"');
    expectError(() => model.predictSync(x, { out }), 'ERR_DEVICE', 'Received out="cuda", inputs="cpu"');
    const square = new Sequential({
      layers: [Input({ shape: [3] }), new Dense({ units: 3 })],
      device: 'cuda',
    });
    const own = p.to('cuda');
    expectError(() => square.predictSync(own, { out: own }), 'ERR_ARGUMENT', 'share memory');
  });

  it('keeps what a run in flight uses until it ends, and nobody may write to it', async () => {
    const model = net();
    const expected = model.predictSync(x) as Tensor;
    const there = x.to('cuda');
    model.predictSync(there).dispose();
    const running = [model.predict(there), model.predict(there, { batchSize: 2 }), model.predict(there)];
    const into = new Sequential({
      layers: [Input({ shape: [12, 12, 3] }), new Lambda({ function: (y) => mul(y as Tensor, 0) })],
      device: 'cuda',
    });
    expectError(
      () => into.predictSync(images(7).to('cuda'), { out: there }),
      'ERR_STATE',
      'a run in flight reads out',
    );
    const before = used();
    there.dispose();
    expect(used()).toBeGreaterThanOrEqual(before - there.byteLength);
    for (const y of await Promise.all(running)) expect(same(y as Tensor, expected)).toBe(true);
    expectError(() => model.predictSync(there), 'ERR_STATE', 'was disposed of');
    await expect(model.predict(there)).rejects.toMatchObject({ code: 'ERR_STATE' });
  });

  it('gives the memory of an aborted run back', async () => {
    const model = net();
    const there = x.to('cuda');
    (await model.predict(there)).dispose();
    (await Promise.all([model.predict(there), model.predict(there)])).map((y) => y.dispose());
    await collected(); // what earlier tests have left
    const before = used();
    const abort = new AbortController();
    const running = Array.from({ length: 4 }, () =>
      model.predict(there, { batchSize: 2, signal: abort.signal }),
    );
    abort.abort(new Error('enough'));
    for (const result of await Promise.allSettled(running))
      expect(result).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    // Lanes of the parts' plans may have been made, and a lane whose run failed goes with its run.
    (await model.predict(there)).dispose();
    expect(used() - before).toBeLessThan(there.byteLength * 4);
  });

  it('is profiled with them', () => {
    const there = x.to('cuda');
    const model = net();
    model.profile(there, { runs: 2 });
    const before = used();
    expect(model.profile(there, { runs: 2 }).nodes.length).toBeGreaterThan(2);
    expect(used()).toBe(before);
  });
});

onGpu('what cannot work on cuda is refused', () => {
  it('inputs of different devices', async () => {
    const model = twoInputs();
    const feed = [p.to('cuda'), q];
    const message = 'the inputs lie on different devices. Received a="cuda", b="cpu". Bring them together';
    expectError(() => model.predictSync(feed), 'ERR_DEVICE', message);
    await expect(model.predict(feed)).rejects.toMatchObject({ code: 'ERR_DEVICE' });
    expectError(() => model.profile(feed), 'ERR_DEVICE', message);
  });

  it('inputs on cuda of a model of the CPU', async () => {
    const model = net('cpu');
    const message =
      'the input lies on cuda and the model runs on the cpu. Received device="cpu". Use x.to(\'cpu\')';
    expectError(() => model.predictSync(x.to('cuda')), 'ERR_DEVICE', message);
    await expect(model.predict(x.to('cuda'))).rejects.toMatchObject({ code: 'ERR_DEVICE' });
    expectError(() => model.profile(x.to('cuda')), 'ERR_DEVICE', message);
    model.device = 'cuda';
    expect((model.predictSync(x.to('cuda')) as Tensor).device).toBe('cuda');
  });

  it('samples of a stream, after those before it', async () => {
    const model = net();
    const sample = random([12, 12, 3], { seed: 1 }) as Tensor;
    const seen: number[] = [];
    const reading = async () => {
      for await (const { index, output } of model.stream([sample, sample, sample.to('cuda')], {
        batchSize: 8,
      })) {
        seen.push(index);
        expect((output as Tensor).device).toBe('cpu');
      }
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'ERR_DEVICE',
      message: expect.stringContaining('item 2 must lie on the cpu'),
    });
    expect(seen).toEqual([0, 1]);
  });

  it('weights, and none of them changes', () => {
    const model = net();
    const before = model.exportWeights();
    const other = Object.entries(before).map(([name, w]) => [name, mul(w, 2)] as [string, Tensor]);
    const last = other.at(-1) as [string, Tensor];
    const given = Object.fromEntries([...other.slice(0, -1), [last[0], last[1].to('cuda')]]);
    expectError(() => model.loadWeights(given), 'ERR_DEVICE', "Use tensor.to('cpu')");
    expectError(() => model.setWeights(Object.values(given)), 'ERR_DEVICE', last[0]);
    for (const [name, { value }] of model.namedWeights())
      expect(same(value, before[name] as Tensor)).toBe(true);
  });

  it('constants of a model, layers with weights, pictures', () => {
    const constant = p.to('cuda');
    const model = new Sequential({
      layers: [Input({ shape: [3] }), new Lambda({ function: (y) => mul(y as Tensor, constant) })],
      device: 'cuda',
    });
    expectError(() => model.predictSync(p.to('cuda')), 'ERR_DEVICE', "Use x.to('cpu')");
    const layer = new Conv2D({ filters: 2, kernelSize: 3, name: 'c1' });
    expectError(() => layer.apply(x.to('cuda')), 'ERR_DEVICE', 'the operands lie on different devices');
    expect((new MaxPooling2D().apply(x.to('cuda')) as Tensor).device).toBe('cuda');
    expectError(() => featureMaps(net(), 'conv', x.to('cuda')), 'ERR_DEVICE');
  });
});
