import { type Case, Unknown } from '../case.js';

export function runKeras(testCase: Case): void {
  throw new Unknown(testCase.op ?? testCase.layer ?? testCase.module ?? 'case');
}
