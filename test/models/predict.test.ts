import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { addon } from '../../lib/backend/load.js';
import {
  Conv2D,
  Dense,
  Embedding,
  Flatten,
  Input,
  Lambda,
  Model,
  mean,
  random,
  relu,
  Sequential,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from '../../lib/index.js';
import { Plans } from '../../lib/models/plans.js';
import { expectError, thrown } from '../support/errors.js';

const x = (...shape: number[]) => random(shape, { seed: 8 }) as Tensor;

const net = () =>
  new Sequential([
    new Conv2D({ filters: 5, kernelSize: 3, activation: 'relu', inputShape: [9, 7, 2] }),
    new Flatten(),
    new Dense({ units: 3, activation: 'softmax' }),
  ]);

/** Long enough to be aborted while it runs. */
const slow = () =>
  new Sequential([
    Input({ shape: [256] }),
    ...Array.from({ length: 60 }, () => new Dense({ units: 256, activation: 'tanh' })),
  ]);

const bytes = (y: Tensor) => Buffer.from((y.data as Float32Array).slice().buffer).toString('hex');

describe('predictSync', () => {
  it('gives the same bits whatever the batch is cut into', () => {
    const model = net();
    const want = bytes(model.predictSync(x(13, 9, 7, 2)));
    for (const batchSize of [1, 4, 13, 100]) {
      expect(bytes(model.predictSync(x(13, 9, 7, 2), { batchSize })), `batchSize ${batchSize}`).toBe(want);
    }
  });

  it('gives an empty result for an empty batch', () => {
    expect(net().predictSync(zeros([0, 9, 7, 2]) as Tensor).shape).toEqual([0, 3]);
  });

  it('writes to out, whole or in parts', () => {
    const model = net();
    const out = zeros([5, 3]) as Tensor;
    expect(model.predictSync(x(5, 9, 7, 2), { out })).toBe(out);
    expect(bytes(out)).toBe(bytes(model.predictSync(x(5, 9, 7, 2))));
    const parts = zeros([5, 3]) as Tensor;
    model.predictSync(x(5, 9, 7, 2), { out: [parts], batchSize: 2 });
    expect(bytes(parts)).toBe(bytes(out));
    const input = x(5, 9, 7, 2);
    const shared = tensor((input.data as Float32Array).subarray(0, 15), [5, 3]) as Tensor;
    for (const [bad, code] of [
      [zeros([4, 3]), 'ERR_SHAPE'],
      [zeros([5, 3], 'float64'), 'ERR_DTYPE'],
      [new Float32Array(15), 'ERR_ARGUMENT'],
      [[out, out], 'ERR_ARGUMENT'],
      [shared, 'ERR_ARGUMENT'],
    ] as const) {
      expectError(() => model.predictSync(input, { out: bad as never }), code);
    }
  });

  it('follows the backend of the moment', () => {
    const model = net();
    const fast = model.predictSync(x(2, 9, 7, 2)).data as Float32Array;
    const exact = withBackend('reference', () => model.predictSync(x(2, 9, 7, 2))).data as Float32Array;
    for (const [i, value] of exact.entries()) expect(fast[i]).toBeCloseTo(value, 5);
  });

  it('cuts a batch by itself where its widest node would touch more than 1 GiB', () => {
    const plans = new Plans({
      label: 'test',
      trace: ([t]) => [relu(t as Tensor)],
      precision: () => 'float32',
      device: () => 'cpu',
      weightVersion: () => 0,
    });
    expect(plans.batchLimit([{ shape: [500, 4096, 2048], dtype: 'float32' }])).toBe(16);
    expect(plans.batchLimit([{ shape: [500, 2 ** 31], dtype: 'float32' }])).toBe(1);
    expect(plans.batchLimit([{ shape: [500, 10], dtype: 'float32' }])).toBeGreaterThan(1e6);
  });

  it('does not cut what has no batch in front', () => {
    const model = new Sequential([Input({ shape: [4] }), new Lambda({ function: (t) => mean(t as never) })]);
    expect(model.outputShape).toEqual([]);
    expect(model.predictSync(x(6, 4)).shape).toEqual([]);
    expectError(() => model.predictSync(x(6, 4), { batchSize: 2 }), 'ERR_ARGUMENT', 'cannot be cut');
  });

  it('takes varying sizes', () => {
    const model = new Sequential([new Conv2D({ filters: 2, kernelSize: 3, inputShape: [null, null, 1] })]);
    expect(model.predictSync(x(1, 5, 6, 1)).shape).toEqual([1, 3, 4, 2]);
    expect(model.predictSync(x(2, 9, 3, 1)).shape).toEqual([2, 7, 1, 2]);
    expectError(() => model.predictSync(x(1, 2, 2, 1)), 'ERR_SHAPE', 'window');
  });

  it.each([
    [{ batchSize: 0 }],
    [{ batchSize: 1.5 }],
    [{ batchSize: Number.NaN }],
    [{ batchsize: 2 }],
    [{ signal: AbortSignal.timeout(1000) }],
    ['fast'],
  ])('refuses the options %j', (options) => {
    expectError(() => net().predictSync(x(1, 9, 7, 2), options as never), 'ERR_ARGUMENT');
  });

  it('allocates nothing in steady state', () => {
    const model = net();
    const [input, out] = [x(8, 9, 7, 2), zeros([8, 3]) as Tensor];
    // A thread of the pool makes its buffers when it first takes a part of an op; on a busy machine that may be late.
    const allocated = () => {
      const before = addon().info().allocations;
      for (let i = 0; i < 50; i++) model.predictSync(input, { out });
      return addon().info().allocations - before;
    };
    expect(Array.from({ length: 10 }, allocated)).toContain(0);
    expect(allocated()).toBe(0);
  });
});

describe('predict', () => {
  it('gives the bits of predictSync, cut or not, several at once', async () => {
    const model = net();
    const want = bytes(model.predictSync(x(11, 9, 7, 2)));
    const runs = [undefined, 11, 4, 1].map((batchSize) => model.predict(x(11, 9, 7, 2), { batchSize }));
    for (const run of await Promise.all(runs)) expect(bytes(run)).toBe(want);
    expect((await model.predict(zeros([0, 9, 7, 2]) as Tensor)).shape).toEqual([0, 3]);
  });

  it('has copied its inputs when it returns', async () => {
    const model = net();
    const input = x(11, 9, 7, 2);
    const want = bytes(model.predictSync(input));
    for (const batchSize of [11, 2]) {
      const given = x(11, 9, 7, 2);
      const running = model.predict(given, { batchSize });
      (given.data as Float32Array).fill(Number.NaN);
      structuredClone(given.data, { transfer: [(given.data as Float32Array).buffer as ArrayBuffer] });
      expect(bytes(await running)).toBe(want);
      await expect(model.predict(given)).rejects.toMatchObject({ code: 'ERR_STATE' });
    }
  });

  it('leaves the event loop free', async () => {
    const model = slow();
    model.warmup([64, 256]);
    // The best of some runs: a busy machine may keep the loop from running at all during one of them.
    let most = 0;
    for (let run = 0; run < 20 && most <= 2; run++) {
      let [ticks, running] = [0, true];
      const done = model.predict(x(64, 256)).finally(() => {
        running = false;
      });
      for (; running; ticks++) await setImmediate();
      await done;
      most = Math.max(most, ticks);
    }
    expect(most).toBeGreaterThan(2);
  });

  it('rejects with the caller in the stack, also when native code fails later', async () => {
    const model = new Sequential([new Embedding({ inputDim: 5, outputDim: 2, inputShape: [3] })]);
    async function theCaller() {
      return await model.predict(tensor([[0, 1, 9]], [1, 3], 'int32') as Tensor);
    }
    const error = (await theCaller().catch((cause: unknown) => cause)) as Error & { code: string };
    expect(error.code).toBe('ERR_ARGUMENT');
    expect(error.message).toMatch(/9/);
    expect(error.stack).toMatch(/theCaller/);
    expect(error.stack?.startsWith(`LayerwiseError: ${error.message}\n    at `)).toBe(true);
    expect(thrown(() => model.predictSync(tensor([[0, 1, 9]], [1, 3], 'int32') as Tensor)).message).toBe(
      error.message,
    );
  });

  it('does not start when the signal is aborted already', async () => {
    const reason = new Error('no more');
    await expect(net().predict(x(1, 9, 7, 2), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(net().predict(x(1, 9, 7, 2), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('rejects with the reason when it is aborted while it runs or waits, and the next run is right', async () => {
    const model = slow();
    const want = bytes(model.predictSync(x(64, 256)));
    for (const batchSize of [64, 16]) {
      const [first, second] = [new AbortController(), new AbortController()];
      const runs = [first, second].map(({ signal }) => model.predict(x(64, 256), { signal, batchSize }));
      await setImmediate();
      const reason = new Error('enough');
      first.abort(reason);
      second.abort();
      await expect(runs[0]).rejects.toBe(reason);
      await expect(runs[1]).rejects.toMatchObject({ name: 'AbortError' });
      expect(getEventListeners(first.signal, 'abort')).toEqual([]);
      expect(bytes(await model.predict(x(64, 256)))).toBe(want);
    }
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const model = net();
    for (let i = 0; i < 20; i++) await model.predict(x(2, 9, 7, 2), { signal, batchSize: 1 });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([[{ signal: {} }], [{ batchSize: -1 }], [{ out: zeros([1, 3]) }], [{ Signal: undefined }]])(
    'refuses the options %j',
    async (options) => {
      await expect(net().predict(x(1, 9, 7, 2), options as never)).rejects.toMatchObject({
        code: 'ERR_ARGUMENT',
      });
    },
  );

  it('keeps plans for several shapes, and sees new weights in each', () => {
    const model = net();
    const before = Array.from({ length: 12 }, (_, i) => bytes(model.predictSync(x(i + 1, 9, 7, 2))));
    expect(Array.from({ length: 12 }, (_, i) => bytes(model.predictSync(x(i + 1, 9, 7, 2))))).toEqual(before);
    model.setWeights(model.getWeights().map((weight) => zeros(weight.shape as number[]) as Tensor));
    for (let i = 0; i < 12; i++) {
      expect(
        (model.predictSync(x(i + 1, 9, 7, 2)).toArray() as number[][])[i]?.map((p) => Math.fround(p)),
      ).toEqual(new Array(3).fill(Math.fround(1 / 3)));
    }
  });
});

describe('warmup and planInfo', () => {
  it('compile for a shape, the own one by default', () => {
    const model = net();
    model.warmup();
    model.warmup([4, 9, 7, 2]);
    expect(model.planInfo([4, 9, 7, 2]).nodes.map(({ name }) => name)[0]).toBe(model.layers[0]?.name);
    const deferred = new Sequential([new Dense({ units: 2 })]);
    deferred.warmup([3, 5]);
    expect(deferred.outputShape).toEqual([null, 2]);
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [3] })];
    const pair = new Model({ inputs: [a, b], outputs: [a, b] });
    pair.warmup([
      [2, 2],
      [2, 3],
    ]);
    for (const [shape, code] of [
      [[4, 9, 7, 3], 'ERR_SHAPE'],
      [[null, 9, 7, 2], 'ERR_SHAPE'],
      [[[4, 9, 7, 2], [1]], 'ERR_ARGUMENT'],
      ['big', 'ERR_SHAPE'],
      [[4, 2 ** 40, 7, 2], 'ERR_SHAPE'],
    ] as const) {
      expectError(() => model.warmup(shape as never), code);
      expectError(() => model.planInfo(shape as never), code);
    }
  });
});
