import { describe, expect, it } from 'vitest';
import { LayerwiseError } from '../../lib/errors.js';
import { convGeometry, depthwiseGeometry } from '../../lib/shape/conv.js';
import { convTransposeGeometry } from '../../lib/shape/conv-transpose.js';
import type { Dims } from '../../lib/shape/dims.js';
import { explain } from '../../lib/shape/explain/explain.js';
import type { Explanation } from '../../lib/shape/explain/explanation.js';
import type { ExplainSpec } from '../../lib/shape/explain/families.js';
import { poolGeometry } from '../../lib/shape/pool.js';
import { reshapeShape } from '../../lib/shape/reshape.js';
import type { DataFormat, Padding } from '../../lib/shape/spatial.js';
import { checked, checkedCount, evaluate } from '../support/arithmetic.js';

/** A generator of whole numbers that gives the same ones in every run. */
function numbers(seed: number) {
  let state = seed;
  return (low: number, high: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  };
}

const SIZES = ['oD', 'oH', 'oW', 'steps'];

/** Every formula gives what it states, and the sizes are those of the rule. */
function holds(explanation: Explanation, outSpatial: readonly (number | null)[]): void {
  const sizes: number[] = [];
  for (const formula of explanation.formulas) {
    const { name, stated, computed } = checked(formula);
    expect(computed, formula).toBe(stated);
    if (SIZES.includes(name)) sizes.push(stated);
  }
  expect(sizes).toEqual(outSpatial);
  for (const counted of [explanation.parameters, explanation.multiplyAdds]) {
    if (counted === undefined) continue;
    const { stated, computed } = checkedCount(counted.text);
    expect(computed, counted.text).toBe(stated);
    expect(counted.count).toBe(stated);
  }
}

/** Runs `body` on many random specs; those that the rule refuses, `explain` must refuse with the same words. */
function sweep<T extends object>(
  count: number,
  rule: (spec: T) => { outSpatial: readonly (number | null)[] },
  make: () => T,
) {
  let explained = 0;
  for (let round = 0; round < count; round++) {
    const spec = make();
    const [wanted, got] = [attempt(() => rule(spec)), attempt(() => explain(spec as unknown as ExplainSpec))];
    if (wanted instanceof LayerwiseError || got instanceof LayerwiseError) {
      expect(String(got), JSON.stringify(spec)).toBe(String(wanted));
      continue;
    }
    explained++;
    holds(got, wanted.outSpatial);
    expect(got.toString()).not.toMatch(/undefined|NaN/);
  }
  return explained;
}

function attempt<T>(body: () => T): T | LayerwiseError {
  try {
    return body();
  } catch (error) {
    if (error instanceof LayerwiseError) return error;
    throw error;
  }
}

const pick = <T>(random: ReturnType<typeof numbers>, list: readonly T[]): T =>
  list[random(0, list.length - 1)] as T;

function window(random: ReturnType<typeof numbers>, rank: number) {
  const per = (low: number, high: number) => Array.from({ length: rank }, () => random(low, high));
  const pairs = per(0, 3).map((begin) => [begin, random(0, 3)] as [number, number]);
  const causal: Padding[] = rank === 1 ? ['causal'] : [];
  const paddings: Padding[] = ['valid', 'same', 'sameLower', random(0, 3), pairs, ...causal];
  const dataFormat = pick(random, ['channelsLast', 'channelsFirst'] as const);
  const spatial = per(1, 30);
  const channels = pick(random, [1, 2, 3, 4, 6, 12]);
  const batch = pick(random, [null, 1, 7]);
  const inputShape =
    dataFormat === 'channelsLast' ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
  return {
    inputShape,
    channels,
    size: per(1, 7),
    options: { strides: per(1, 4), dilationRate: per(1, 3), padding: pick(random, paddings), dataFormat },
  };
}

describe('the evaluator', () => {
  it.each([
    ['1 + 2*3', 7],
    ['floor((227 + 2*0 - 1*(11-1) - 1) / 4) + 1', 55],
    ['max((10-1)*1 + 1*(3-1) + 1 - 10, 0)', 2],
    ['96 filters x (11 x 11 x 3 weights + 1 bias)', 34_944],
    ['1,000 x 2', 2000],
    ['(7) % 2 + -1', 0],
  ])('%s', (text, value) => expect(evaluate(text)).toBe(value));
});

describe('the arithmetic of explanations, done again', () => {
  it('holds for random convolutions', () => {
    const random = numbers(1);
    const explained = sweep(
      600,
      ({ op, inputShape, kernelSize, filters, groups, ...options }) => {
        const perGroup = Math.max(Math.floor(channelsOf({ inputShape, ...options }) / groups), 1);
        return convGeometry(op, inputShape, [...kernelSize, perGroup, filters], { ...options, groups });
      },
      () => {
        const rank = random(1, 3);
        const filters = pick(random, [1, 4, 6, 12]);
        const groups = pick(random, [1, 1, 2, 3]);
        const { inputShape, size: kernelSize, options } = window(random, rank);
        return { op: `conv${rank}d`, inputShape, kernelSize, filters, groups, ...options };
      },
    );
    expect(explained).toBeGreaterThan(250);
  });

  it('holds for random depthwise convolutions', () => {
    const random = numbers(2);
    const explained = sweep(
      300,
      ({ op, inputShape, kernelSize, depthMultiplier, ...options }) => {
        const kernel = [...kernelSize, channelsOf({ inputShape, ...options }), depthMultiplier];
        return depthwiseGeometry(op, inputShape, kernel, options);
      },
      () => {
        const rank = random(1, 2);
        const { inputShape, size: kernelSize, options } = window(random, rank);
        return {
          op: `depthwiseConv${rank}d`,
          inputShape,
          kernelSize,
          depthMultiplier: random(1, 3),
          ...options,
        };
      },
    );
    expect(explained).toBeGreaterThan(150);
  });

  it('holds for random transposed convolutions', () => {
    const random = numbers(3);
    const explained = sweep(
      400,
      ({ op, inputShape, kernelSize, filters, ...options }) => {
        const kernel = [...kernelSize, filters, channelsOf({ inputShape, ...options })];
        return convTransposeGeometry(op, inputShape, kernel, options);
      },
      () => {
        const rank = random(1, 3);
        const { inputShape, size: kernelSize, options } = window(random, rank);
        const outputPadding = pick(random, [null, null, random(0, 1)]);
        const filters = random(1, 5);
        return { op: `conv${rank}dTranspose`, inputShape, kernelSize, filters, ...options, outputPadding };
      },
    );
    expect(explained).toBeGreaterThan(200);
  });

  it('holds for random poolings', () => {
    const random = numbers(4);
    const explained = sweep(
      500,
      ({ op, inputShape, poolSize, ...options }) =>
        poolGeometry(op, inputShape, poolSize, { ...options, spatialRank: poolSize.length }),
      () => {
        const rank = random(1, 3);
        const { inputShape, size: poolSize, options } = window(random, rank);
        return { op: `maxPool${rank}d`, inputShape, poolSize, ceilMode: random(0, 1) === 1, ...options };
      },
    );
    expect(explained).toBeGreaterThan(150);
  });

  it('holds for random reshapes', () => {
    const random = numbers(5);
    let inferred = 0;
    for (let round = 0; round < 300; round++) {
      const inputShape = Array.from({ length: random(1, 4) }, () => random(1, 12));
      const targetShape = Array.from({ length: random(1, 3) }, () => random(1, 8));
      targetShape[random(0, targetShape.length - 1)] = -1;
      const wanted = attempt(() => reshapeShape('reshape', inputShape, targetShape));
      const got = attempt(() => explain({ op: 'reshape', inputShape, targetShape }));
      if (wanted instanceof LayerwiseError || got instanceof LayerwiseError) {
        expect(String(got)).toBe(String(wanted));
        expect((got as LayerwiseError).explanation).toContain('is no whole number');
        continue;
      }
      inferred++;
      expect(got.shape).toEqual(wanted);
      const [, expression, stated] = / -1 = (.*) = (\d+)$/.exec(got.formulas[0] as string) as unknown as [
        string,
        string,
        string,
      ];
      expect(evaluate(expression)).toBe(Number(stated));
      expect(Number(stated)).toBe(wanted[targetShape.indexOf(-1)]);
    }
    expect(inferred).toBeGreaterThan(40);
  });
});

function channelsOf({ inputShape, dataFormat }: { inputShape: Dims; dataFormat: DataFormat }): number {
  return inputShape[dataFormat === 'channelsFirst' ? 1 : inputShape.length - 1] as number;
}
