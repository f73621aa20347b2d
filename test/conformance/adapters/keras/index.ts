import * as lw from '../../../../lib/index.js';
import { type Case, type CaseTensor, Unknown } from '../../case.js';
import { expectShape, expectValues, Mismatch } from '../../compare.js';
import { makeLayer, runLayer } from '../layers.js';
import { decodeAll, type Op } from './args.js';
import { ELEMENTWISE } from './elementwise.js';
import { LINEAR } from './linear.js';
import { runModel } from './models.js';
import { MOVEMENT } from './movement.js';
import { NEURAL } from './neural.js';
import { toOptions } from './options.js';
import { REDUCTIONS } from './reduction.js';

/** keras.ops by name. */
const OPS: Readonly<Record<string, Op>> = {
  ...ELEMENTWISE,
  ...LINEAR,
  ...MOVEMENT,
  ...NEURAL,
  ...REDUCTIONS,
};

export function runKeras(testCase: Case): void {
  if (testCase.op !== undefined) runOp(testCase);
  else if (testCase.model !== undefined) runModel(testCase, OPS);
  else if (testCase.layer !== undefined) runLayer(testCase, () => buildLayer(testCase));
  else throw new Unknown('case');
}

/** Functions that cases give to a Lambda, by name. */
const FUNCTIONS: Readonly<Record<string, lw.LambdaFunction>> = { square: (x) => lw.square(x as lw.Tensor) };

function buildLayer(testCase: Case): lw.Layer {
  const options = toOptions(testCase.init_kwargs as Record<string, unknown>);
  if (testCase.layer === 'Lambda')
    return makeLayer('Lambda', { ...options, function: FUNCTIONS[options.function as string] });
  return makeLayer(testCase.layer as string, options);
}

function runOp(testCase: Case): void {
  const op = OPS[testCase.op as string];
  if (op === undefined) throw new Unknown(testCase.op as string);
  const result = op(decodeAll(testCase.args as Record<string, unknown>));
  const index = (testCase.output_index as number | undefined) ?? 0;
  const got = (Array.isArray(result) ? result[index] : result) as lw.Tensor | undefined;
  if (got === undefined) throw new Mismatch(`there is no output ${index}`);
  if (testCase.expected_output_shape) expectShape(got.shape, testCase.expected_output_shape as number[]);
  if (testCase.output) expectValues(got, testCase.output as CaseTensor, testCase);
}
