import { afterEach, describe, expect, it, vi } from 'vitest';
import { addon } from '../../lib/backend/load.js';
import { Input, machineInfo, ReLU, relu, Sequential, type Tensor, tensor } from '../../lib/index.js';
import { collected, gc } from '../support/gc.js';
import { runProgram } from '../support/program.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

const LENGTH = 2 ** 17; // 512 KiB
const BYTES = 4 * LENGTH;
const model = new Sequential([Input({ shape: [LENGTH] }), new ReLU()]);
const numbered = (number: number) => {
  const data = new Float32Array(LENGTH).fill(number);
  return tensor(data, [1, LENGTH]) as Tensor;
};
const inputs = Array.from({ length: 4 }, (_, i) => numbered(i + 1));
const input = (i: number) => inputs[i % inputs.length] as Tensor;
const isAll = (data: Float32Array, number: number) => data.every((value) => value === number);

const pool = () => machineInfo().resultBytes;
const program = (name: string, flags?: readonly string[]) =>
  runProgram(new URL(`./programs/${name}.ts`, import.meta.url), flags);

afterEach(async () => {
  vi.useRealTimers();
  await collected();
  addon().trimResults();
  addon().trimResults();
});

describe('the memory of large results', () => {
  it('is lent, comes back and goes back to the system', async () => {
    await collected();
    const before = pool().lent;
    let y: Tensor | undefined = relu(input(0));
    expect(pool().lent - before).toBeGreaterThanOrEqual(BYTES);
    expect(y.size).toBe(LENGTH);
    y = undefined;
    await collected();
    expect(pool().lent).toBe(before);
    expect(pool().idle).toBeGreaterThanOrEqual(BYTES);
    addon().trimResults();
    addon().trimResults();
    expect(pool().idle).toBe(0);
  });

  it('is not kept by a process that does nothing any more', async () => {
    await collected();
    addon().trimResults();
    addon().trimResults();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { resultMemory, keepTrimmed } = await import('../../lib/backend/results.js');
    vi.resetModules();
    keepTrimmed();
    resultMemory('test', 'float32', [LENGTH]);
    await collected();
    expect(pool().idle).toBeGreaterThan(0);
    addon().trimResults();
    expect(pool().idle).toBeGreaterThan(0);
    addon().trimResults();
    expect(pool().idle).toBe(0);
  });

  it('is ordinary where the result is small', () => {
    const before = pool().lent;
    const y = relu(tensor(new Float32Array(1000)));
    expect(y.size).toBe(1000);
    expect(pool().lent).toBe(before);
  });

  it.each([
    ['predictSync', (i: number) => model.predictSync(input(i))],
    ['an eager op', (i: number) => relu(input(i))],
  ])('is used again by %s in a loop that never lets the event loop run', (_name, call) => {
    const [allocations, faults] = [machineInfo().allocations, process.resourceUsage().minorPageFault];
    for (let i = 0; i < 4000; i++) call(i);
    expect(machineInfo().allocations - allocations).toBeLessThan(4000 / 8);
    const pages = (4000 * BYTES) / 4096;
    expect(process.resourceUsage().minorPageFault - faults).toBeLessThan(pages / 8);
    expect(pool().lent + pool().idle).toBeLessThan(256 * 2 ** 20);
  });

  it('is used again by predict', async () => {
    for (let i = 0; i < 1000; i++) await model.predict(input(i));
    const before = machineInfo().allocations;
    for (let i = 0; i < 1000; i++) await model.predict(input(i));
    expect(machineInfo().allocations - before).toBeLessThan(100);
  });

  it('is used again by stream', async () => {
    const samples = Array.from({ length: 300 }, (_, i) => tensor(input(i).data as Float32Array) as Tensor);
    const all = async () => {
      for await (const { index, output } of model.stream(samples, { batchSize: 2 }))
        expect((output as Tensor).at(LENGTH - 1)).toBe((index % inputs.length) + 1);
    };
    await all();
    const before = machineInfo().allocations;
    await all();
    expect(machineInfo().allocations - before).toBeLessThan(30);
  });
});

describe('a result never changes after it was handed out', () => {
  /** Ways to hold the numbers of a result without holding its tensor. */
  const HOLDERS: Readonly<Record<string, (data: Float32Array) => Promise<() => Float32Array>>> = {
    'its array': async (data) => () => data,
    'a part of its array': async (data) => {
      const part = data.subarray(7, 900);
      return () => part;
    },
    'its buffer': async ({ buffer }) => {
      return () => new Float32Array(buffer);
    },
    'the memory, moved by a byte stream': async (data) => {
      const bytes = new Uint8Array(data.buffer as ArrayBuffer);
      const source = new ReadableStream({ type: 'bytes', start: (to) => to.enqueue(bytes) });
      expect(data.length).toBe(0);
      const { value } = await source.getReader().read();
      return () => new Float32Array((value as Uint8Array).buffer);
    },
    'the memory, given to structuredClone': async (data) => {
      const clone = structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
      return () => clone;
    },
    'the memory, moved to another buffer': async ({ buffer }) => {
      const move = (ArrayBuffer.prototype as { transfer?: (this: unknown) => ArrayBuffer }).transfer;
      const moved = move === undefined ? buffer : move.call(buffer);
      return () => new Float32Array(moved);
    },
  };

  it.each(Object.entries(HOLDERS))('held by %s', async (_name, hold) => {
    for (const make of [
      async (i: number) => model.predictSync(input(i)),
      async (i: number) => relu(input(i)),
      async (i: number) => model.predict(input(i)),
    ]) {
      const held: (() => Float32Array)[] = [];
      for (let i = 0; i < 16; i++) held.push(await hold((await make(i)).data as Float32Array));
      const isIntact = (i: number) => isAll((held[i] as () => Float32Array)(), (i % inputs.length) + 1);
      for (let i = 0; i < 50; i++) model.predictSync(input(i + 1));
      expect(held.every((_, i) => isIntact(i))).toBe(true);
      await collected();
      for (let i = 0; i < 50; i++) await model.predict(input(i + 1));
      for (let i = 0; i < 50; i++) model.predictSync(input(i + 1));
      expect(held.every((_, i) => isIntact(i))).toBe(true);
    }
  });

  it('moved, and the tensor forgotten, while nothing but its garbage is collected', () => {
    const moved: ArrayBuffer[] = [];
    for (let i = 0; i < 30; i++) {
      const bytes = new Uint8Array((model.predictSync(input(i)).data as Float32Array).buffer as ArrayBuffer);
      new ReadableStream({ type: 'bytes', start: (to) => to.enqueue(bytes) })
        .getReader()
        .read()
        .then(({ value }) => moved.push((value as Uint8Array).buffer as ArrayBuffer));
      gc();
    }
    return turn().then(() => {
      for (let i = 0; i < 50; i++) model.predictSync(input(i + 1));
      expect(moved.length).toBe(30);
      expect(moved.every((buffer, i) => isAll(new Float32Array(buffer), (i % inputs.length) + 1))).toBe(true);
    });
  });
});

describe('the pool of results, in a process of its own', () => {
  it('holds no more than its limit', async () => {
    expect(await program('pool-limit')).toEqual({ code: 0, signal: null, output: 'bounded', errors: '' });
  });

  it('leaves the results of workers to them: they can be given away and outlive the worker', async () => {
    expect(await program('results-of-workers')).toEqual({
      code: 0,
      signal: null,
      output: 'intact',
      errors: '',
    });
  });

  it('does not grow over 10,000 calls', { timeout: 120_000 }, async () => {
    const { code, output, errors } = await program('flat-results', ['--expose-gc']);
    expect([code, errors]).toEqual([0, '']);
    expect(JSON.parse(output).grownMiB).toBeLessThan(24);
  });
});
