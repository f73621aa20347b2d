import { Tensor } from '../../../../lib/index.js';
import { type Case, type CaseTensor, toTensor, Unknown } from '../../case.js';
import type { Node } from './node.js';

interface GraphNode {
  readonly op: string;
  readonly attributes: Record<string, unknown>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

type RunNode = (node: Node) => readonly Tensor[];

/** A model's image: i / n for the i-th of its n values. */
function inputOf(input: CaseTensor & { fill?: string }): Tensor {
  if (input.fill === undefined) return toTensor(input);
  if (input.fill !== 'arange_over_n') throw new Unknown(`fill ${input.fill}`);
  const n = input.shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    Float32Array.from({ length: n }, (_, i) => i / n),
    input.shape,
    'float32',
  ) as unknown as Tensor;
}

/** The nodes of a case, one after the other: they are listed in an order that can be run. */
export function runGraph(testCase: Case, run: RunNode): Tensor[] {
  const values = new Map<string, Tensor>();
  for (const input of testCase.inputs as CaseTensor[]) values.set(input.name as string, inputOf(input));
  const read = (name: string): Tensor => {
    const value = values.get(name);
    if (value === undefined) throw new Unknown(`the value ${name}`);
    return value;
  };
  for (const { op, attributes, inputs, outputs } of testCase.nodes as GraphNode[]) {
    const results = run({
      op,
      opset: testCase.opset as number,
      attributes,
      inputs: inputs.map((name) => (name === '' || name === null ? null : read(name))),
      outputs: outputs.length,
    });
    // A Dropout's mask is a name without a value: nothing reads it.
    outputs.forEach((name, i) => {
      if (results[i]) values.set(name, results[i]);
    });
  }
  return (testCase.outputs as CaseTensor[]).map(({ name }) => read(name as string));
}
