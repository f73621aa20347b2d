import { rowMajorStrides } from '../shape/dims.js';
import { permuteShape } from '../shape/movement.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Attrs, type Trace, TracedTensor, type TraceNode } from '../tensor/traced.js';

/**
 * The data of a channels-first model is transposed where it enters and leaves the plan, not around every op.
 *
 * Every channels-first layer is traced as transpose, channels-last op, transpose back. This pass holds each transpose
 * back: a value may stand as "`base` with its axes in the order `perm`", and ops that do not care about the order of the
 * axes work on the base. When the next transpose arrives the two orders are composed and mostly cancel; only ops that
 * need the order as it was written make the transpose happen.
 */
interface Held {
  readonly base: Tensor;
  readonly perm: readonly number[];
}

type Rewritten = { nodes: TraceNode[]; outputs: Tensor[] };

export function holdTransposes(
  trace: Trace,
  nodes: readonly TraceNode[],
  outputs: readonly Tensor[],
): Rewritten {
  const pass = new Pass(trace);
  for (const node of nodes) pass.visit(node);
  return { outputs: outputs.map((output) => pass.written(output, 'output')), nodes: pass.nodes };
}

class Pass {
  readonly nodes: TraceNode[] = [];
  readonly #trace: Trace;
  /** What each value of the old list is in the new one. */
  readonly #held = new Map<Tensor, Held>();
  /** Transposes that were written out, by base and order. */
  readonly #made = new Map<Tensor, Map<string, Tensor>>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  #at(value: Tensor): Held {
    return this.#held.get(value) ?? { base: value, perm: value.shape.map((_, axis) => axis) };
  }

  /** The value with its axes in the order the model wrote; makes the transpose unless there is one. */
  written(value: Tensor, name: string): Tensor {
    const { base, perm } = this.#at(value);
    if (isIdentity(perm)) return base;
    const key = perm.join();
    const made = this.#made.get(base) ?? new Map<string, Tensor>();
    this.#made.set(base, made);
    const known = made.get(key);
    if (known !== undefined) return known;
    const strides = rowMajorStrides(base.shape);
    const attrs = { offset: 0, strides: perm.map((axis) => strides[axis] as number) };
    const output = new TracedTensor(this.#trace, permuteShape(base.shape, perm), base.dtype);
    this.nodes.push({ op: 'copy', inputs: [base], attrs, outputs: [output], name });
    made.set(key, output);
    return output;
  }

  visit(node: TraceNode): void {
    const first = node.inputs[0];
    const perm = node.op === 'copy' && first !== undefined ? transposeOf(node) : undefined;
    if (perm !== undefined) {
      const { base, perm: before } = this.#at(first as Tensor);
      this.#held.set(node.outputs[0] as Tensor, { base, perm: permuteShape(before, perm) as number[] });
      return;
    }
    const held = this.#sharedOrder(node);
    const attrs = held && reordered(node, held);
    if (held === undefined || attrs === undefined) {
      this.nodes.push({ ...node, inputs: node.inputs.map((input) => this.written(input, node.name)) });
      return;
    }
    const outputs = node.outputs.map(({ shape, dtype }) => {
      const order = reducedOrder(node, held);
      const base = new TracedTensor(this.#trace, unpermute(shape, order), dtype);
      return { base, order };
    });
    for (const [index, { base, order }] of outputs.entries()) {
      this.#held.set(node.outputs[index] as Tensor, { base, perm: order });
    }
    const inputs = node.inputs.map((input) => this.#at(input).base);
    this.nodes.push({ ...node, inputs, attrs, outputs: outputs.map(({ base }) => base) });
  }

  /** The order that all inputs of the node are held in, when there is one and it is not the written one. */
  #sharedOrder(node: TraceNode): readonly number[] | undefined {
    const carriers =
      node.op === 'scaleShift' ? node.inputs.slice(0, 1) : node.inputs.filter((x) => !isScalar(node, x));
    const orders = carriers.map((input) => this.#at(input).perm);
    const order = orders[0];
    if (order === undefined || isIdentity(order)) return undefined;
    const sameShape =
      node.op === 'concat' || carriers.every((x) => x.shape.join() === carriers[0]?.shape.join());
    return sameShape && orders.every((other) => other.join() === order.join()) ? order : undefined;
  }
}

const isIdentity = (perm: readonly number[]): boolean => perm.every((axis, place) => axis === place);

/** One element that a binary op broadcasts: the order of the other operand's axes does not matter to it. */
const isScalar = (node: TraceNode, x: Tensor): boolean =>
  node.op === 'binary' &&
  x.shape.length <= (node.outputs[0] as Tensor).rank &&
  x.shape.every((dim) => dim === 1);

/** The shape of the base of a value of this shape. */
function unpermute(shape: readonly (number | null)[], perm: readonly number[]): (number | null)[] {
  const base: (number | null)[] = new Array(shape.length);
  for (const [place, axis] of perm.entries()) base[axis] = shape[place] as number | null;
  return base;
}

/** The order of a copy that only reorders axes, or undefined for any other copy. */
export function transposeOf(node: TraceNode): readonly number[] | undefined {
  const input = node.inputs[0] as Tensor;
  const output = node.outputs[0] as Tensor;
  const { offset, strides } = node.attrs as { offset: number; strides: readonly number[] };
  if (offset !== 0 || input.rank !== output.rank) return undefined;
  const ofInput = rowMajorStrides(input.shape);
  const free = new Set(ofInput.keys());
  const perm: number[] = [];
  for (const [place, dim] of output.shape.entries()) {
    // Axes of size 1 have no stride of their own: any of them will do.
    const fits = (axis: number) =>
      input.shape[axis] === dim && (dim === 1 || ofInput[axis] === strides[place]);
    const axis = [...free].find(fits);
    if (axis === undefined) return undefined;
    free.delete(axis);
    perm.push(axis);
  }
  return perm;
}

/** The attributes for the base's order of axes, or undefined when the op needs the order as it was written. */
function reordered(node: TraceNode, perm: readonly number[]): Attrs | undefined {
  const { attrs } = node;
  const at = (axis: number) => perm[axis] as number;
  const back = (sizes: readonly number[]) => unpermute(sizes, perm) as number[];
  switch (node.op) {
    case 'unary':
    case 'binary':
    case 'select':
    case 'cast':
      return attrs;
    case 'scaleShift':
    case 'softmax':
    case 'concat':
      return { ...attrs, axis: at(attrs.axis as number) };
    case 'reduce':
    case 'normalize':
      return { ...attrs, axes: (attrs.axes as readonly number[]).map(at).sort((a, b) => a - b) };
    case 'pad':
      return { ...attrs, padBegin: back(attrs.padBegin as number[]), padEnd: back(attrs.padEnd as number[]) };
    default:
      return undefined;
  }
}

/** The order of the result's axes: that of the input, without the axes that a reduction drops. */
function reducedOrder(node: TraceNode, perm: readonly number[]): readonly number[] {
  if (node.op !== 'reduce' || node.attrs.keepDims === true) return perm;
  const dropped = node.attrs.axes as readonly number[];
  const kept = perm.filter((_, place) => !dropped.includes(place));
  const sorted = [...kept].sort((a, b) => a - b);
  return kept.map((axis) => sorted.indexOf(axis));
}
