import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import { backendOn } from './device.js';
import { operandOf } from './device-tensor.js';
import { addon } from './load.js';
import type { BackendName, NativePlan } from './native.js';

/** Plans of one node, by geometry. Oldest use first; small, because a program calls few geometries at a time. */
const cache = new Map<string, NativePlan>();
const CACHE_LIMIT = 256;

function keyOf(op: string, attrs: Attrs, inputs: readonly Tensor[], outputs: readonly Tensor[]): string {
  let key = op;
  for (const name in attrs) key += `|${name}:${attrs[name]}`;
  for (const input of inputs) key += `|${input.dtype}[${input.shape}]`;
  for (const output of outputs) key += `>${output.dtype}[${output.shape}]`;
  return key;
}

/** What messages call a node: the function that was called, where several share an op. */
export const nameOf = (op: string, { fn }: Attrs): string => (typeof fn === 'string' ? fn : op);

/** Runs one node now, where its outputs lie, synchronously and without copies. All shapes are known and checked. */
export function runNode(
  op: string,
  attrs: Attrs,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): void {
  const backend = backendOn((outputs[0] as Tensor).device);
  const key = `${backend}|${keyOf(op, attrs, inputs, outputs)}`;
  let plan = cache.get(key);
  if (plan === undefined) {
    plan = compileNode(backend, op, attrs, inputs, outputs);
    if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value as string);
  } else {
    cache.delete(key);
  }
  cache.set(key, plan);
  const operand = (x: Tensor) => operandOf(nameOf(op, attrs), x);
  addon().run(plan, inputs.map(operand), outputs.map(operand));
}

function compileNode(
  backend: BackendName,
  op: string,
  attrs: Attrs,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): NativePlan {
  const all = [...inputs, ...outputs];
  const values = all.map(({ dtype, shape }) => ({ dtype, shape: shape as readonly number[] }));
  const inputIds = inputs.map((_, i) => i);
  const outputIds = outputs.map((_, i) => inputs.length + i);
  const nodes = [{ op, inputs: inputIds, outputs: outputIds, attrs }];
  return addon().compile(
    { values, inputs: inputIds, constants: [], nodes, outputs: outputIds },
    { backend, batch: 0 },
  );
}
