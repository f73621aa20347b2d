import { type Case, Unknown } from '../case.js';

export function runTfjs(testCase: Case): void {
  throw new Unknown(testCase.op ?? testCase.layer ?? testCase.module ?? 'case');
}
