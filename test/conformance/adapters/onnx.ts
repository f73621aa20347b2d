import { type Case, Unknown } from '../case.js';

export function runOnnx(testCase: Case): void {
  throw new Unknown(testCase.op ?? testCase.layer ?? testCase.module ?? 'case');
}
