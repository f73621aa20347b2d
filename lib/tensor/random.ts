import { randomInt } from 'node:crypto';
import { finite, oneOf, readOptions } from '../check.js';
import { argumentError, dtypeError } from '../errors.js';
import { knownDims } from '../shape/dims.js';
import type { Plain } from '../shape/typed.js';
import { checkDType, type DType, isFloat, type TypedArrays } from './dtype.js';
import { allocate, Tensor } from './tensor.js';

/**
 * A small, fast generator with the same numbers on every machine: sfc32 (Chris Doty-Humphrey, PractRand),
 * seeded through splitmix32. Not for secrets.
 */
export class Generator {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare: number | undefined;

  /** @param seed an integer; without one, the generator starts anywhere */
  constructor(seed?: number) {
    if (seed !== undefined && !Number.isSafeInteger(seed)) {
      throw argumentError('Generator', 'seed must be an integer', { seed });
    }
    let state = seed ?? randomInt(2 ** 47);
    const low = state >>> 0;
    const high = Math.floor(state / 2 ** 32) >>> 0;
    state = low;
    const split = () => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.#a = split();
    this.#b = split() ^ high;
    this.#c = split();
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** An integer in [0, 2**32). */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /** A number of the standard normal distribution (Box and Muller). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** What `random` draws. */
export interface RandomOptions<D extends DType = 'float32'> {
  /** An integer: the same seed gives the same numbers everywhere. Default: another one every time. */
  seed?: number;
  /** Default `uniform`. */
  distribution?: 'uniform' | 'normal';
  /** Uniform: the least number. Default 0. */
  min?: number;
  /** Uniform: the end of the range, not included. Default 1. */
  max?: number;
  /** Normal: the mean. Default 0. */
  mean?: number;
  /** Normal: the standard deviation. Default 1. */
  std?: number;
  /** float32, float64, or for uniform numbers an integer dtype (rounded down). Default float32. */
  dtype?: D;
}

const OPTIONS = ['seed', 'distribution', 'min', 'max', 'mean', 'std', 'dtype'] as const;

/**
 * Random numbers: uniform in [min, max), or normal.
 * @throws ERR_ARGUMENT for a seed that is no integer, min above max, a negative std
 *
 * @example
 * random([2, 3], { seed: 1 });
 * random([64], { seed: 1, distribution: 'normal', std: 0.05 });
 * random([8], { min: 0, max: 256, dtype: 'uint8' });
 */
export function random<const S extends readonly number[], D extends DType = 'float32'>(
  shape: S,
  options: RandomOptions<D> = {},
): Tensor<Plain<S>, D> {
  const taken = readOptions('random', options, OPTIONS);
  const sizes = knownDims('random', 'shape', shape);
  const dtype = checkDType('random', taken.dtype ?? 'float32');
  const distribution = oneOf('random', 'distribution', taken.distribution ?? 'uniform', [
    'uniform',
    'normal',
  ]);
  const number = distribution === 'uniform' ? uniform(taken, dtype) : normal(taken, dtype);
  const generator = new Generator(taken.seed);
  const data = allocate('random', dtype, sizes);
  if (dtype === 'int64')
    for (let i = 0; i < data.length; i++) (data as BigInt64Array)[i] = BigInt(number(generator));
  else for (let i = 0; i < data.length; i++) (data as Float32Array)[i] = number(generator);
  return new Tensor(data as TypedArrays[DType], sizes, dtype) as never;
}

const RANGES: Partial<Record<DType, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint8: [0, 256],
  bool: [0, 2],
};

function uniform(options: RandomOptions<DType>, dtype: DType): (generator: Generator) => number {
  const min = finite('random', 'min', options.min ?? 0);
  const max = finite('random', 'max', options.max ?? (dtype === 'bool' ? 2 : 1));
  if (min > max) throw argumentError('random', 'min must be at most max', { min, max });
  if (options.mean !== undefined || options.std !== undefined) {
    throw argumentError(
      'random',
      'mean and std belong to the normal distribution',
      options as object as Record<string, unknown>,
    );
  }
  const range = RANGES[dtype];
  if (range === undefined) {
    // float32 rounds to nearest: without the clamp the largest draws would round up to max, which is not in the range
    const single = dtype === 'float32';
    return (generator) => {
      const value = min + (max - min) * generator.uniform();
      return single && max > min && Math.fround(value) >= max ? min : value;
    };
  }
  if (min < range[0] || max > range[1] || !Number.isInteger(min) || !Number.isInteger(max)) {
    throw dtypeError('random', `min and max must be integers within ${dtype}`, { min, max });
  }
  return (generator) => Math.floor(min + (max - min) * generator.uniform());
}

function normal(options: RandomOptions<DType>, dtype: DType): (generator: Generator) => number {
  const mean = finite('random', 'mean', options.mean ?? 0);
  const std = finite('random', 'std', options.std ?? 1);
  if (std < 0) throw argumentError('random', 'std must be at least 0', { std });
  if (options.min !== undefined || options.max !== undefined) {
    throw argumentError(
      'random',
      'min and max belong to the uniform distribution',
      options as object as Record<string, unknown>,
    );
  }
  if (!isFloat(dtype)) throw dtypeError('random', 'normal numbers must be float32 or float64', { dtype });
  return (generator) => mean + std * generator.normal();
}
