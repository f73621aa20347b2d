import type { TypedArray } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import { addon } from './load.js';
import type { NativePlan } from './native.js';
import { defaultBackend } from './settings.js';

/** Plans of one node, by geometry. Oldest use first; small, because a program calls few geometries at a time. */
const cache = new Map<string, NativePlan>();
const CACHE_LIMIT = 256;

function keyOf(op: string, attrs: Attrs, inputs: readonly Tensor[], outputs: readonly Tensor[]): string {
  let key = `${defaultBackend()}|${op}`;
  for (const name in attrs) key += `|${name}:${attrs[name]}`;
  for (const input of inputs) key += `|${input.dtype}[${input.shape}]`;
  for (const output of outputs) key += `>${output.dtype}[${output.shape}]`;
  return key;
}

/** Runs one node now, synchronously and without copies. All shapes are known and checked. */
export function runNode(
  op: string,
  attrs: Attrs,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): void {
  const key = keyOf(op, attrs, inputs, outputs);
  let plan = cache.get(key);
  if (plan === undefined) {
    plan = compileNode(op, attrs, inputs, outputs);
    if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value as string);
  } else {
    cache.delete(key);
  }
  cache.set(key, plan);
  addon().run(
    plan,
    inputs.map((t) => t.data as TypedArray),
    outputs.map((t) => t.data as TypedArray),
  );
}

function compileNode(
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
    { backend: defaultBackend(), batch: 0 },
  );
}
