import type { Tensor } from '../../lib/index.js';
import { type Case, type CaseTensor, number } from './case.js';

/** A result that is not the expected one. */
export class Mismatch extends Error {}

/** `|got - want| <= atol + rtol * |want|`; NaN equals NaN. tfjs gives `atol` alone: then also 1e-5 of the value is allowed. */
export function expectValues(got: Tensor, want: CaseTensor, testCase: Case): void {
  expectShape(got.shape, want.shape);
  const rtol = testCase.rtol ?? 1e-5;
  const atol = testCase.atol ?? (testCase.rtol === undefined ? 1e-3 : 0);
  const data = got.data as ArrayLike<number | bigint>;
  for (let i = 0; i < want.data.length; i++) {
    const expected = number(want.data[i] as number | string);
    const actual = Number(data[i]);
    if (Object.is(actual, expected) || actual === expected) continue;
    if (Number.isNaN(actual) && Number.isNaN(expected)) continue;
    const bound =
      testCase.rtol === undefined
        ? Math.max(atol, rtol * Math.abs(expected))
        : atol + rtol * Math.abs(expected);
    if (!(Math.abs(actual - expected) <= bound)) {
      throw new Mismatch(`element ${i} of [${want.shape}]: expected ${expected}, got ${actual}`);
    }
  }
}

export function expectShape(got: readonly (number | null)[], want: readonly (number | null)[]): void {
  if (got.length !== want.length || got.some((dim, i) => dim !== want[i])) {
    throw new Mismatch(`shape: expected [${want.map(String)}], got [${got.map(String)}]`);
  }
}
