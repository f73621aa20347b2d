import { Tensor } from '../../../../lib/index.js';
import { type Case, type CaseTensor, toTensor, Unknown } from '../../case.js';
import { expectValues, Mismatch } from '../../compare.js';
import { CONVOLUTIONS } from './convolution.js';
import { ELEMENTWISE } from './elementwise.js';
import { runGraph } from './graph.js';
import { LINEAR } from './linear.js';
import { MOVEMENT } from './movement.js';
import type { Node, Op } from './node.js';
import { NORMALIZATIONS } from './normalization.js';
import { POOLINGS } from './pooling.js';
import { REDUCTIONS } from './reduction.js';
import { RESIZES } from './resize.js';

/** ONNX operators by name, over channels-first operands; the opset decides between an op's forms. */
const OPS: Readonly<Record<string, Op>> = {
  ...CONVOLUTIONS,
  ...ELEMENTWISE,
  ...LINEAR,
  ...MOVEMENT,
  ...NORMALIZATIONS,
  ...POOLINGS,
  ...REDUCTIONS,
  ...RESIZES,
};

function runNode(node: Node): readonly Tensor[] {
  const op = OPS[node.op];
  if (op === undefined) throw new Unknown(node.op);
  const result = op(node);
  return result instanceof Tensor ? [result] : result;
}

function runSingle(testCase: Case): readonly Tensor[] {
  return runNode({
    op: testCase.op as string,
    opset: testCase.opset as number,
    attributes: testCase.attributes as Node['attributes'],
    inputs: (testCase.inputs as (CaseTensor | null)[]).map((input) => input && toTensor(input)),
    outputs: (testCase.outputs as unknown[]).length,
  });
}

/** Expected values held in bfloat16 have 8 bits; the package computes them in float32. */
const toleranceOf = ({ dtype }: CaseTensor, testCase: Case): Case =>
  dtype === 'bfloat16' ? { ...testCase, rtol: Math.max(testCase.rtol ?? 0, 2 ** -8) } : testCase;

export function runOnnx(testCase: Case): void {
  const results = testCase.nodes ? runGraph(testCase, runNode) : runSingle(testCase);
  (testCase.outputs as (CaseTensor | null)[]).forEach((want, i) => {
    if (want === null) return;
    const got = results[i];
    if (got === undefined)
      throw new Mismatch(`expected ${(testCase.outputs as unknown[]).length} outputs, got ${results.length}`);
    expectValues(got, want, toleranceOf(want, testCase));
  });
}
