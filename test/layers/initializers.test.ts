import { describe, expect, test } from 'vitest';
import { fans, type InitializerOption, initializer, setRandomSeed } from '../../lib/layers/initializers.js';

const create = (option: InitializerOption, shape: number[]) =>
  initializer('Test', 'kernelInitializer', option).create(shape);
const values = (option: InitializerOption, shape: number[]) => [
  ...(create(option, shape).data as Float32Array),
];

function moments(list: number[]): { mean: number; deviation: number; furthest: number } {
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  const variance = list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length;
  return { mean, deviation: Math.sqrt(variance), furthest: Math.max(...list.map(Math.abs)) };
}

describe('initializers', () => {
  test.each([
    [[], 1, 1],
    [[7], 7, 7],
    [[5, 3], 5, 3],
    [[3, 3, 16, 32], 144, 288],
  ])('fans of %j are %d and %d', (shape, fanIn, fanOut) => {
    expect(fans(shape)).toEqual({ fanIn, fanOut });
  });

  test('constants', () => {
    expect(values('zeros', [2, 2])).toEqual([0, 0, 0, 0]);
    expect(values('ones', [2])).toEqual([1, 1]);
    expect(values({ className: 'Constant', config: { value: 2.5 } }, [2])).toEqual([2.5, 2.5]);
    expect(values({ className: 'Identity', config: { gain: 2 } }, [2, 3])).toEqual([2, 0, 0, 0, 2, 0]);
  });

  // fan in 150, fan out 100: limits and deviations by Glorot's, He's and LeCun's formulas
  test.each([
    ['glorotUniform', Math.sqrt(2 / 250), Math.sqrt(6 / 250)],
    ['glorotNormal', Math.sqrt(2 / 250), (2 * Math.sqrt(2 / 250)) / 0.8796],
    ['heUniform', Math.sqrt(2 / 150), Math.sqrt(6 / 150)],
    ['heNormal', Math.sqrt(2 / 150), (2 * Math.sqrt(2 / 150)) / 0.8796],
    ['lecunUniform', Math.sqrt(1 / 150), Math.sqrt(3 / 150)],
    ['lecunNormal', Math.sqrt(1 / 150), (2 * Math.sqrt(1 / 150)) / 0.8796],
    ['randomNormal', 0.05, 0.4],
    ['truncatedNormal', 0.05 * 0.8796, 0.1],
    ['randomUniform', 0.1 / Math.sqrt(12), 0.05],
  ] as const)('%s has the deviation of its formula', (className, deviation, limit) => {
    const got = moments(values({ className, config: { seed: 3 } }, [150, 100]));
    expect(Math.abs(got.mean)).toBeLessThan(4 * (deviation / Math.sqrt(15000)));
    expect(Math.abs(got.deviation / deviation - 1)).toBeLessThan(0.03);
    expect(got.furthest).toBeLessThanOrEqual(limit * 1.0001);
  });

  test.each([
    [5, 3],
    [3, 5],
    [4, 4],
  ])('orthogonal %dx%d', (rows, columns) => {
    const data = values({ className: 'Orthogonal', config: { seed: 1 } }, [rows, columns]);
    const [count, at] =
      rows < columns
        ? [rows, (i: number, k: number) => data[i * columns + k] as number]
        : [columns, (i: number, k: number) => data[k * columns + i] as number];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let dot = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) dot += at(i, k) * at(j, k);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });

  test('a seed repeats the numbers; without one every weight gets its own, and setRandomSeed restarts them', () => {
    const seeded: InitializerOption = { className: 'HeNormal', config: { seed: 11 } };
    expect(values(seeded, [9])).toEqual(values(seeded, [9]));
    setRandomSeed(5);
    const first = values('heNormal', [9]);
    expect(values('heNormal', [9])).not.toEqual(first);
    setRandomSeed(5);
    expect(values('heNormal', [9])).toEqual(first);
  });

  test('float64 weights', () => {
    const made = initializer('Test', 'i', 'glorotUniform').create([3, 3], 'float64');
    expect(made.dtype).toBe('float64');
  });

  test('a config rebuilds the initialiser', () => {
    const made = initializer('Test', 'i', {
      className: 'varianceScaling',
      config: { scale: 3, mode: 'fanOut', distribution: 'uniform', seed: 4 },
    });
    const again = initializer('Test', 'i', { className: made.className, config: made.getConfig() });
    expect([...(again.create([5, 5]).data as Float32Array)]).toEqual([
      ...(made.create([5, 5]).data as Float32Array),
    ]);
  });

  test.each([
    ['glorot' as never, 'is not an initialiser'],
    [{ className: 'HeNormal', config: { sed: 1 } }, 'unknown option "sed"'],
    [{ className: 'HeNormal', config: { seed: 1.5 } }, 'seed must be an integer'],
    [{ className: 'VarianceScaling', config: { scale: 0 } }, 'scale must be positive'],
    [{ className: 'VarianceScaling', config: { mode: 'fan' } }, 'mode must be one of'],
    [null as never, 'is not an initialiser'],
  ])('refuses %j', (option, message) => {
    expect(() => create(option, [2, 2])).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }));
    expect(() => create(option, [2, 2])).toThrow(message);
  });

  test('an identity needs a matrix', () => {
    expect(() => create('identity', [2, 2, 2])).toThrow(expect.objectContaining({ code: 'ERR_SHAPE' }));
  });
});
