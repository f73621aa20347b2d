import type { Tensor } from '../../../../lib/index.js';
import { type Case, type CaseTensor, Unknown } from '../../case.js';
import { expectShape, expectValues, Mismatch } from '../../compare.js';
import { type Args, decodeAll } from './args.js';
import { CONVOLUTIONS } from './convolution.js';
import { ELEMENTWISE } from './elementwise.js';
import { LINEAR } from './linear.js';
import { runModule } from './modules.js';
import { MOVEMENT } from './movement.js';
import { NORMALIZATIONS } from './normalization.js';
import { POOLINGS } from './pooling.js';
import { REDUCTIONS } from './reduction.js';

/** torch.nn.functional and torch functions, by name, over channels-first operands. */
export type Op = (args: Args) => Tensor | readonly Tensor[];

export const OPS: Readonly<Record<string, Op>> = {
  ...CONVOLUTIONS,
  ...ELEMENTWISE,
  ...LINEAR,
  ...MOVEMENT,
  ...NORMALIZATIONS,
  ...POOLINGS,
  ...REDUCTIONS,
};

export function runTorch(testCase: Case): void {
  const result = testCase.module === undefined ? runFunction(testCase) : runModule(testCase, OPS);
  const outputs = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
  if (testCase.expected_output_shape) {
    expectShape((outputs[0] as Tensor).shape, testCase.expected_output_shape as number[]);
    return;
  }
  const wanted = testCase.outputs as readonly CaseTensor[] | undefined;
  if (wanted === undefined) return;
  if (outputs.length < wanted.length)
    throw new Mismatch(`expected ${wanted.length} outputs, got ${outputs.length}`);
  wanted.forEach((want, i) => {
    expectValues(outputs[i] as Tensor, want, testCase);
  });
}

function runFunction(testCase: Case) {
  const op = OPS[testCase.op as string];
  if (op === undefined) throw new Unknown(testCase.op as string);
  return op(decodeAll(testCase.args as Record<string, unknown>));
}
