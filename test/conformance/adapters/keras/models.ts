import { type Case, Unknown } from '../../case.js';
export function runModel(testCase: Case, _ops: unknown): void { throw new Unknown(testCase.kind as string); }
