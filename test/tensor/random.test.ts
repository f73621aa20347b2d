import { describe, expect, it } from 'vitest';
import { allClose } from '../../lib/tensor/compare.js';
import { tensor, zeros } from '../../lib/tensor/create.js';
import { Generator, random } from '../../lib/tensor/random.js';
import { expectError } from '../support/errors.js';

describe('random', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const numbers = [...random([4], { seed: 42 }).data];
    expect([...random([4], { seed: 42 }).data]).toEqual(numbers);
    expect([...random([4], { seed: 43 }).data]).not.toEqual(numbers);
    expect([...random([4]).data]).not.toEqual([...random([4]).data]);
    const generator = new Generator(42);
    expect([generator.uint32(), generator.uint32(), generator.uint32()]).toMatchInlineSnapshot(`
      [
        1959603763,
        2423114712,
        2466933512,
      ]
    `);
  });

  it('tells seeds apart beyond 32 bits', () => {
    expect(new Generator(1).uint32()).not.toBe(new Generator(1 + 2 ** 32).uint32());
    expect(new Generator(-1).uint32()).not.toBe(new Generator(1).uint32());
  });

  it('draws uniform numbers in the range', () => {
    const x = random([20_000], { seed: 1, min: -2, max: 6 }).data;
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...x)).toBeLessThan(6);
    expect(x.reduce((a, b) => a + b, 0) / x.length).toBeCloseTo(2, 1);
  });

  it('draws normal numbers of the mean and deviation', () => {
    const x = [
      ...random([50_000], { seed: 2, distribution: 'normal', mean: 3, std: 0.5, dtype: 'float64' }).data,
    ];
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
    expect(mean).toBeCloseTo(3, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 2);
  });

  it('draws integers, each about as often', () => {
    const counts = new Array<number>(10).fill(0);
    for (const value of random([20_000], { seed: 3, min: 0, max: 10, dtype: 'int32' }).data)
      counts[value] = (counts[value] as number) + 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(250);
    expect(new Set(random([64], { seed: 3, dtype: 'bool' }).data)).toEqual(new Set([0, 1]));
    expect(random([2], { seed: 3, min: -5, max: 5, dtype: 'int64' }).data).toBeInstanceOf(BigInt64Array);
  });

  it.each([
    [{ seed: 1.5 }, 'ERR_ARGUMENT'],
    [{ seed: 'a' }, 'ERR_ARGUMENT'],
    [{ min: 2, max: 1 }, 'ERR_ARGUMENT'],
    [{ std: 2 }, 'ERR_ARGUMENT'],
    [{ distribution: 'normal', std: -1 }, 'ERR_ARGUMENT'],
    [{ distribution: 'normal', min: 0 }, 'ERR_ARGUMENT'],
    [{ distribution: 'gauss' }, 'ERR_ARGUMENT'],
    [{ sede: 1 }, 'ERR_ARGUMENT'],
    [{ distribution: 'normal', dtype: 'int32' }, 'ERR_DTYPE'],
    [{ min: 0, max: 300, dtype: 'uint8' }, 'ERR_DTYPE'],
    [{ max: Number.NaN }, 'ERR_ARGUMENT'],
    [[1], 'ERR_ARGUMENT'],
  ] as const)('refuses %j', (options, code) => {
    expectError(() => random([2], options as never), code);
  });

  it('reads each option once', () => {
    let reads = 0;
    const options = {
      get max() {
        return reads++ === 0 ? 1 : Number.NaN;
      },
    };
    expect(random([2], options).size).toBe(2);
    expect(reads).toBe(1);
  });
});

describe('allClose', () => {
  it.each([
    [[1, 2], [1, 2.00001], {}, true],
    [[1, 2], [1, 2.1], {}, false],
    [[1, 2], [1, 2.1], { rtol: 0.1 }, true],
    [[0], [1e-9], {}, true],
    [[0], [1e-3], { atol: 1e-2 }, true],
    [[Number.NaN], [Number.NaN], {}, false],
    [[Number.NaN], [Number.NaN], { equalNaN: true }, true],
    [[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY], {}, true],
    [[Number.POSITIVE_INFINITY], [1], { atol: 1e300 }, false],
    [[1], [Number.POSITIVE_INFINITY], {}, false],
  ])('%j and %j with %j: %s', (a, b, options, result) => {
    expect(allClose(tensor(a), tensor(b), options)).toBe(result);
  });
  it('compares shapes, takes int64 and refuses misuse', () => {
    expect(allClose(zeros([2]), zeros([2, 1]))).toBe(false);
    expect(allClose(tensor([1n << 60n]), tensor([(1n << 60n) + 1n]), { rtol: 0, atol: 0 })).toBe(false);
    expect(allClose(tensor([1], [1], 'int32'), tensor([1]))).toBe(true);
    expectError(() => allClose(zeros([1]), [0] as never), 'ERR_ARGUMENT', 'b must be a Tensor');
    expectError(() => allClose(zeros([1]), zeros([1]), { rtol: -1 }), 'ERR_ARGUMENT');
    expectError(
      () => allClose(zeros([1]), zeros([1]), { tol: 1 } as never),
      'ERR_ARGUMENT',
      'unknown option',
    );
  });
});
