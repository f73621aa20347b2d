import type { NativeGraph, NativeNode } from '../backend/native.js';
import { rowMajorStrides } from '../shape/dims.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Trace, TracedTensor, type TraceNode } from '../tensor/traced.js';

const keys = new WeakMap<TypedArray, number>();
let nextKey = 0;

/**
 * A number for the data of a weight that is the same in every compile, so that a store packs the weight once; also when
 * a layer reshapes it anew at each trace.
 */
export function constantKey(data: TypedArray): number {
  const known = keys.get(data);
  if (known !== undefined) return known;
  const key = nextKey++;
  keys.set(data, key);
  return key;
}

/** Only the nodes that the outputs depend on, in their order. */
export function withoutDeadNodes(nodes: readonly TraceNode[], outputs: readonly Tensor[]): TraceNode[] {
  const needed = new Set<Tensor>(outputs);
  const live: TraceNode[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as TraceNode;
    if (!node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return live.reverse();
}

/**
 * A plan writes each output to memory of its own, so an output that is an input, a weight, or the memory of another
 * output under a different shape gets a copy node.
 */
export function withOwnOutputs(
  trace: Trace,
  nodes: readonly TraceNode[],
  outputs: readonly Tensor[],
): { nodes: TraceNode[]; outputs: TracedTensor[] } {
  const result = [...nodes];
  const producers = new Map<Tensor, TraceNode>();
  for (const node of nodes) for (const output of node.outputs) producers.set(output, node);
  const taken = new Set<Tensor>();
  const owned = outputs.map((output) => {
    let root = output;
    let producer = producers.get(root);
    while (producer?.op === 'reshape') {
      root = producer.inputs[0] as Tensor;
      producer = producers.get(root);
    }
    if (producer !== undefined && !taken.has(root)) {
      taken.add(root);
      return output as TracedTensor;
    }
    const copy = new TracedTensor(trace, output.shape, output.dtype);
    const attrs = { offset: 0, strides: rowMajorStrides(output.shape) as number[] };
    result.push({ op: 'copy', inputs: [output], attrs, outputs: [copy], name: 'output' });
    return copy;
  });
  return { nodes: result, outputs: owned };
}

/** The traced nodes as native takes them: values numbered, weights set apart. All shapes are known. */
export function lower(
  inputs: readonly TracedTensor[],
  nodes: readonly TraceNode[],
  outputs: readonly TracedTensor[],
): NativeGraph {
  const ids = new Map<Tensor, number>();
  const values: NativeGraph['values'][number][] = [];
  const constants: NativeGraph['constants'][number][] = [];
  const define = (tensor: Tensor): number => {
    const id = values.length;
    ids.set(tensor, id);
    values.push({ dtype: tensor.dtype, shape: tensor.shape as readonly number[] });
    return id;
  };
  const use = (tensor: Tensor): number => {
    const known = ids.get(tensor);
    if (known !== undefined) return known;
    const id = define(tensor);
    const data = tensor.data as TypedArray;
    constants.push({ value: id, key: constantKey(data), data });
    return id;
  };
  const inputIds = inputs.map(define);
  const native: NativeNode[] = nodes.map((node) => ({
    op: node.op,
    inputs: node.inputs.map(use),
    outputs: node.outputs.map(define),
    attrs: node.attrs,
    name: node.name,
  }));
  return {
    values,
    inputs: inputIds,
    constants,
    nodes: native,
    outputs: outputs.map((output) => ids.get(output) as number),
  };
}
