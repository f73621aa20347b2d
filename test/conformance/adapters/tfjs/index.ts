import type { Tensor } from '../../../../lib/index.js';
import { type Case, type CaseTensor, Unknown } from '../../case.js';
import { expectShape, expectValues, Mismatch } from '../../compare.js';
import { decodeAll, type Op } from './args.js';
import { ELEMENTWISE } from './elementwise.js';
import { runTfjsLayer } from './layers.js';
import { LINEAR } from './linear.js';
import { MOVEMENT } from './movement.js';
import { NEURAL } from './neural.js';
import { REDUCTIONS } from './reduction.js';

/** tfjs's functions by name. */
const OPS: Readonly<Record<string, Op>> = {
  ...ELEMENTWISE,
  ...LINEAR,
  ...MOVEMENT,
  ...NEURAL,
  ...REDUCTIONS,
};

export function runTfjs(testCase: Case): void {
  if (testCase.op !== undefined) runOp(testCase);
  else if (testCase.layer !== undefined) runTfjsLayer(testCase);
  else throw new Unknown('case');
}

function runOp(testCase: Case): void {
  const op = OPS[testCase.op as string];
  if (op === undefined) throw new Unknown(testCase.op as string);
  const result = op(decodeAll(testCase.args as Record<string, unknown>));
  const index = (testCase.output_index as number | undefined) ?? 0;
  const got = (Array.isArray(result) ? result[index] : result) as Tensor | undefined;
  if (got === undefined) throw new Mismatch(`there is no output ${index}`);
  if (testCase.expected_output_shape) expectShape(got.shape, testCase.expected_output_shape as number[]);
  if (testCase.output) expectValues(got, testCase.output as CaseTensor, testCase);
}
