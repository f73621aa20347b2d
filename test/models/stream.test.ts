import { getEventListeners } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  Add,
  Conv2D,
  Dense,
  GlobalAveragePooling2D,
  Input,
  Lambda,
  Model,
  mean,
  Sequential,
  type StreamProgress,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';

/** Doubles its input: output tells which sample it came from. */
function doubling() {
  const model = new Sequential([new Dense({ units: 1, inputShape: [1], useBias: false })]);
  model.setWeights([tensor([[2]]) as Tensor]);
  return model;
}

const sample = (value: number) => tensor([value]) as Tensor;

function* numbers(count: number): Generator<Tensor> {
  for (let i = 0; i < count; i++) yield sample(i);
}

/** A source that tells how far it was read and whether it was closed. */
function watched(count: number, make: (i: number) => unknown = sample) {
  const state = { pulled: 0, closed: 0 };
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: async () =>
        state.pulled < count ? { done: false, value: make(state.pulled++) } : { done: true },
      return: async () => {
        state.closed++;
        return { done: true };
      },
    }),
  } as AsyncIterable<Tensor>;
  return { state, source };
}

const numberIn = (output: Tensor) => (output.data as Float32Array)[0];

describe('stream', () => {
  it.each([
    [0, 4],
    [1, 4],
    [4, 4],
    [5, 4],
    [33, 8],
    [7, 1],
  ])('yields %i samples in order, in batches of %i', async (count, batchSize) => {
    const results = [];
    for await (const { index, item, output } of doubling().stream(numbers(count), { batchSize })) {
      expect(output?.shape).toEqual([1]);
      results.push([index, numberIn(item), numberIn(output as Tensor)]);
    }
    expect(results).toEqual(Array.from({ length: count }, (_, i) => [i, i, 2 * i]));
  });

  it('takes async sources of records, whose other fields ride along', async () => {
    async function* files() {
      for (let i = 0; i < 5; i++) {
        await setTimeout(1);
        yield { file: `${i}.png`, input: sample(i) };
      }
    }
    const seen: [string, unknown][] = [];
    for await (const { item, output } of doubling().stream(files(), { batchSize: 2 })) {
      seen.push([item.file, numberIn(output as Tensor)]);
    }
    expect(seen).toEqual([
      ['0.png', 0],
      ['1.png', 2],
      ['2.png', 4],
      ['3.png', 6],
      ['4.png', 8],
    ]);
  });

  it('passes errors through in their place without running them', async () => {
    const broken = new Error('corrupt');
    const items = Array.from({ length: 40 }, (_, i) =>
      i % 3 === 1 || (i > 8 && i < 30) ? { error: broken, i } : { input: sample(i), i },
    );
    let index = 0;
    for await (const result of doubling().stream(items, { batchSize: 4 })) {
      expect([result.index, result.item.i]).toEqual([index, index]);
      if ('error' in result.item) expect([result.error, result.output]).toEqual([broken, undefined]);
      else expect(numberIn(result.output as Tensor)).toBe(2 * index);
      index++;
    }
    expect(index).toBe(40);
    for await (const result of doubling().stream([{ error: broken }])) expect(result.error).toBe(broken);
  });

  it('takes several inputs and gives outputs in the structure of the model', async () => {
    const [a, b] = [Input({ shape: [2], name: 'a' }), Input({ shape: [2], name: 'b' })];
    const sum = new Add().apply([a, b]);
    const model = new Model({ inputs: [a, b], outputs: { sum, a } });
    const items = [0, 1, 2].map((i) => ({
      input: { a: tensor([i, i]) as Tensor, b: tensor([1, 2]) as Tensor },
    }));
    const sums = [];
    for await (const { output } of model.stream(items, { batchSize: 2 })) sums.push(output?.sum.toArray());
    expect(sums).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    for await (const { output } of model.stream([{ input: [tensor([5, 5]), tensor([1, 1])] as Tensor[] }])) {
      expect(output?.sum.toArray()).toEqual([6, 6]);
    }
  });

  it('starts a new batch where the shape of the samples changes', async () => {
    const model = new Sequential([
      new Conv2D({ filters: 1, kernelSize: 1, inputShape: [null, null, 1] }),
      new GlobalAveragePooling2D(),
    ]);
    const items = [4, 4, 6, 4, 6, 6].map((size) => zeros([size, size, 1]) as Tensor);
    const progress: StreamProgress[] = [];
    let count = 0;
    for await (const { output } of model.stream(items, {
      batchSize: 3,
      onProgress: (at) => progress.push(at),
    })) {
      expect(output?.shape).toEqual([1]);
      count++;
    }
    expect([count, progress.map(({ done }) => done)]).toEqual([6, [2, 3, 4, 6]]);
  });

  it('builds a Sequential that does not know its shapes', async () => {
    const model = new Sequential([new Dense({ units: 3 })]);
    for await (const { output } of model.stream([tensor([1, 2]) as Tensor]))
      expect(output?.shape).toEqual([3]);
    expect(model.inputShape).toEqual([null, 2]);
  });

  it('reports progress after each batch', async () => {
    const progress: StreamProgress[] = [];
    for await (const _ of doubling().stream(numbers(10), {
      batchSize: 4,
      onProgress: (at) => progress.push(at),
    }))
      void _;
    expect(progress.map(({ done, batches }) => [done, batches])).toEqual([
      [4, 1],
      [8, 2],
      [10, 3],
    ]);
    for (const { elapsedMs, perSecond } of progress) expect(elapsedMs > 0 && perSecond > 0).toBe(true);
  });

  it.each([1, 2, 4])('reads no further ahead than concurrency %i allows', async (concurrency) => {
    const { state, source } = watched(1000);
    let read = 0;
    for await (const _ of doubling().stream(source, { batchSize: 5, concurrency })) {
      void _;
      read++;
      await setTimeout(1); // a slow reader: the pump runs as far as it may
      const batchesRead = Math.ceil(read / 5);
      expect(state.pulled).toBeLessThanOrEqual(5 * (batchesRead + concurrency));
      if (read === 60) break;
    }
    expect(state.pulled).toBeGreaterThanOrEqual(60);
    expect(state.closed).toBe(1);
  });

  it('takes the next samples while the reader is busy', async () => {
    const { state, source } = watched(100);
    const results = doubling().stream(source, { batchSize: 10, concurrency: 2 });
    await results.next();
    for (let i = 0; i < 50; i++) await setImmediate();
    expect(state.pulled).toBe(30);
    await results.return();
    expect(state.closed).toBe(1);
  });

  it('does not read before it is read, nor close what has ended', async () => {
    const { state, source } = watched(3);
    const results = doubling().stream(source);
    await setImmediate();
    expect(state.pulled).toBe(0);
    for await (const _ of results) void _;
    expect(state.closed).toBe(0);
  });

  it('closes the source when the reader throws', async () => {
    const { state, source } = watched(100);
    const read = async () => {
      for await (const { index } of doubling().stream(source, { batchSize: 2 }))
        if (index === 3) throw new Error('mine');
    };
    await expect(read()).rejects.toThrow('mine');
    expect(state.closed).toBe(1);
  });

  it('ends a for loop that is broken off while the source never answers', async () => {
    let closed = false;
    let given = 0;
    const stuck: AsyncIterable<Tensor> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          given++ < 2 ? Promise.resolve({ done: false, value: sample(1) }) : new Promise(() => {}),
        return: async () => {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    for await (const _ of doubling().stream(stuck, { batchSize: 2 })) break;
    expect(closed).toBe(true);
  });

  it('delivers what came before an error of the source, then throws it', async () => {
    function* failing() {
      yield* numbers(5);
      throw new Error('disk');
    }
    const seen: number[] = [];
    const read = async () => {
      for await (const { index } of doubling().stream(failing(), { batchSize: 2 })) seen.push(index);
    };
    await expect(read()).rejects.toThrow('disk');
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it.each<[string, unknown, string, string]>([
    ['a sample of the wrong shape', tensor([1, 2]), 'ERR_SHAPE', 'item 3 must have the shape [1]'],
    ['a sample with a batch axis', tensor([[1]]), 'ERR_SHAPE', 'without the batch axis'],
    ['a sample of another dtype', tensor([1], [1], 'int32'), 'ERR_DTYPE', 'item 3 must be float32'],
    ['what is no sample', { file: 'x' }, 'ERR_ARGUMENT', 'item 3 is no sample'],
    ['null', null, 'ERR_ARGUMENT', 'item 3 is no sample'],
    ['an array', { input: [[1]] }, 'ERR_ARGUMENT', 'must be a tensor'],
  ])('refuses %s, after what came before, and closes the source', async (_, bad, code, text) => {
    const { state, source } = watched(10, (i) => (i === 3 ? bad : sample(i)));
    const seen: number[] = [];
    const read = async () => {
      for await (const { index } of doubling().stream(source, { batchSize: 2 })) seen.push(index);
    };
    await expect(read()).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    expect([seen, state.closed]).toEqual([[0, 1, 2], 1]);
  });

  it('refuses a model whose output has no batch in front', async () => {
    const model = new Sequential([Input({ shape: [1] }), new Lambda({ function: (t) => mean(t as never) })]);
    const read = async () => {
      for await (const _ of model.stream(numbers(3))) void _;
    };
    await expect(read()).rejects.toMatchObject({ code: 'ERR_SHAPE' });
  });

  it('ends with the reason when it is aborted before, between, and while it waits', async () => {
    const reason = new Error('stop');
    const before = doubling().stream(numbers(3), { signal: AbortSignal.abort(reason) });
    await expect(before.next()).rejects.toBe(reason);

    const between = new AbortController();
    const { state, source } = watched(1000);
    const read = async () => {
      for await (const { index } of doubling().stream(source, { batchSize: 4, signal: between.signal })) {
        if (index === 5) between.abort(reason);
        expect(index).toBeLessThanOrEqual(5);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expect(state.closed).toBe(1);
    expect(getEventListeners(between.signal, 'abort')).toEqual([]);

    const waiting = new AbortController();
    const never: AsyncIterable<Tensor> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
    };
    const stuck = doubling().stream(never, { signal: waiting.signal }).next();
    await setImmediate();
    waiting.abort(reason);
    await expect(stuck).rejects.toBe(reason);
  });

  it.each([
    [{ batchSize: 0 }],
    [{ concurrency: 0 }],
    [{ concurrency: 1.5 }],
    [{ signal: {} }],
    [{ onProgress: 1 }],
    [{ batch: 3 }],
  ])('refuses the options %j at the call', (options) => {
    expectError(() => doubling().stream(numbers(1), options as never), 'ERR_ARGUMENT');
  });

  it.each([[undefined], [5], [{}], [sample(1)]])('refuses the source %j at the call', (source) => {
    expectError(() => doubling().stream(source as never), 'ERR_ARGUMENT', 'iterable');
  });
});
