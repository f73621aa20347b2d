import { describe, expect, it } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import {
  argumentOf,
  brief,
  firstDifference,
  readCases,
  type TensorJson,
  tensorOf,
} from '../support/cases.js';

interface Case {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly outputs: readonly TensorJson[];
  readonly rtol: number;
}

/** Functions near a root lose relative, not absolute precision: float32 in units of its epsilon, scaled to the values. */
const absolute = (want: TensorJson, rtol: number): number => {
  if (rtol === 0) return 0;
  const scale = Math.max(1, ...want.data.map((value) => Math.abs(Number(value))).filter(Number.isFinite));
  return Math.min(scale, 10) * (want.dtype === 'float64' ? 1e-15 : 5e-7);
};

const functions: Record<string, unknown> = { ...ops };
const table = readCases<Case>('numpy-ops.json');
const titles = table.map((row, i) => [`${i} ${row.fn}(${row.args.map(brief).join(', ')})`, row] as const);

describe.each(['cpu', 'reference'] as const)('on the %s backend', (backend) => {
  it.each(titles)('%s', (_title, { fn, args, outputs, rtol }) => {
    const call = functions[fn] as (...args: unknown[]) => Tensor | Tensor[];
    const results = [withBackend(backend, () => call(...args.map(argumentOf)))].flat();
    expect(results.length).toBe(outputs.length);
    outputs.forEach((want, i) => {
      expect(
        firstDifference(results[i] as Tensor, tensorOf(want), rtol, absolute(want, rtol)),
      ).toBeUndefined();
    });
  });
});
