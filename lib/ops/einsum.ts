import { argumentError } from '../errors.js';
import { rowMajorStrides } from '../shape/dims.js';
import { type EinsumGeometry, type EinsumShape, einsumGeometry } from '../shape/einsum.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './binary.js';
import type { DTypeOfAll, ShapesOf } from './concat.js';
import { matmul, productOf } from './matmul.js';
import { needTensor, pair } from './operands.js';
import { sum } from './reductions.js';
import { alias } from './reshape.js';
import { strided } from './strided.js';
import { transpose } from './transpose.js';

/** A tensor and the label of each of its axes. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein's summation: the axes of each operand are named by letters, equal letters are multiplied together, and letters
 * that the output does not name are summed. Operands are contracted from left to right, each pair as one matrix product.
 * @param equation such as `bij,bjk->bik`; without an arrow the letters that occur once, in alphabetical order; `...` stands
 *   for any further axes and broadcasts; a letter twice in one operand takes its diagonal
 * @throws ERR_ARGUMENT for a bad equation, ERR_SHAPE for sizes that do not fit, ERR_DTYPE
 *
 * @example
 * einsum('ij,jk->ik', ones([2, 3]), ones([3, 4])).shape; // [2, 4]
 * einsum('ii->i', tensor([[1, 2], [3, 4]])).toArray();   // [1, 4]
 */
export function einsum<const E extends string, const L extends readonly Tensor[]>(
  equation: E & Check<EinsumShape<E, ShapesOf<L>>>,
  ...operands: L
): Tensor<ShapeOf<EinsumShape<E, ShapesOf<L>>>, DTypeOfAll<L>>;
export function einsum(equation: string, ...operands: Tensor[]): Tensor {
  if (operands.length === 0) throw argumentError('einsum', 'at least one operand is needed', { equation });
  operands.forEach((x, i) => {
    needTensor('einsum', `operand ${i}`, x);
    if (i > 0) pair('einsum', operands[0] as Tensor, x);
  });
  const geometry = einsumGeometry(
    'einsum',
    equation,
    operands.map((x) => x.shape),
  );
  const parts = operands.map((x, i) => withoutRepeats(x, geometry.inputs[i] as readonly string[], geometry));
  let result = sumUnneeded(parts[0] as Labelled, neededAfter(0, parts, geometry));
  for (let i = 1; i < parts.length; i++) {
    const needed = neededAfter(i, parts, geometry);
    const next = sumUnneeded(parts[i] as Labelled, new Set([...needed, ...result.labels]));
    const left = sumUnneeded(result, new Set([...needed, ...next.labels]));
    result = contract(left, next, needed);
  }
  return arrange(result, geometry);
}

/** The labels that the output or an operand after `index` still asks for. */
function neededAfter(
  index: number,
  parts: readonly Labelled[],
  geometry: EinsumGeometry,
): ReadonlySet<string> {
  return new Set([...geometry.output, ...parts.slice(index + 1).flatMap(({ labels }) => labels)]);
}

/** Each label once (a repeated one becomes its diagonal), and no axis of 1 that broadcasts against another size. */
function withoutRepeats(x: Tensor, labels: readonly string[], geometry: EinsumGeometry): Labelled {
  let part: Labelled = { x, labels };
  const unique = [...new Set(labels)];
  if (unique.length < labels.length) {
    const strides = rowMajorStrides(x.shape);
    const axesOf = (label: string) => labels.flatMap((other, axis) => (other === label ? [axis] : []));
    const shape = unique.map((label) => x.shape[labels.indexOf(label)] as number | null);
    const steps = unique.map((label) =>
      axesOf(label).reduce((step, axis) => step + (strides[axis] as number), 0),
    );
    part = { x: strided(x, shape, 0, steps), labels: unique };
  }
  const broadcasts = (axis: number) =>
    part.x.shape[axis] === 1 && geometry.sizes.get(part.labels[axis] as string) !== 1;
  if (!part.labels.some((_, axis) => broadcasts(axis))) return part;
  return {
    x: alias(
      part.x,
      part.x.shape.filter((_, axis) => !broadcasts(axis)),
    ),
    labels: part.labels.filter((_, axis) => !broadcasts(axis)),
  };
}

function sumUnneeded(part: Labelled, needed: ReadonlySet<string>): Labelled {
  const axis = part.labels.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  if (axis.length === 0) return part;
  return { x: sum(part.x, { axis }), labels: part.labels.filter((label) => needed.has(label)) };
}

/** Two operands into one: labels of both that are still needed are the batch, labels of both that are not are summed. */
function contract(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const summed = shared.filter((label) => !needed.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (summed.length === 0) {
    return {
      x: mul(spread(order(a, [...batch, ...rows]), columns.length), between(b, batch, rows, columns)),
      labels,
    };
  }
  const left = order(a, [...batch, ...rows, ...summed]);
  const right = order(b, [...batch, ...summed, ...columns]);
  const batchSizes = batch.map((label, i) => sizeIn(a, label) ?? (right.shape[i] as number | null));
  const rowSizes = rows.map((label) => sizeIn(a, label));
  const columnSizes = columns.map((label) => sizeIn(b, label));
  const inner = productOf(summed.map((label) => sizeIn(a, label) ?? sizeIn(b, label)));
  const product = matmul(
    alias(left, [...batchSizes, productOf(rowSizes), inner]),
    alias(right, [...batchSizes, inner, productOf(columnSizes)]),
    { label: 'einsum' },
  );
  return { x: alias(product, [...batchSizes, ...rowSizes, ...columnSizes]), labels };
}

const sizeIn = (part: Labelled, label: string): number | null =>
  part.x.shape[part.labels.indexOf(label)] as number | null;

/** The operand with its axes in the order of `labels`. */
function order(part: Labelled, labels: readonly string[]): Tensor {
  return transpose(
    part.x,
    labels.map((label) => part.labels.indexOf(label)),
  );
}

/** Axes of 1 behind: the first factor of a product that keeps every axis. */
const spread = (x: Tensor, count: number): Tensor =>
  count === 0 ? x : alias(x, [...x.shape, ...new Array<number>(count).fill(1)]);

/** Axes of 1 in the place of the other operand's rows: the second factor. */
function between(
  b: Labelled,
  batch: readonly string[],
  rows: readonly string[],
  columns: readonly string[],
): Tensor {
  const x = order(b, [...batch, ...columns]);
  if (rows.length === 0) return x;
  return alias(x, [...x.shape.slice(0, batch.length), ...rows.map(() => 1), ...x.shape.slice(batch.length)]);
}

function arrange(part: Labelled, geometry: EinsumGeometry): Tensor {
  return order(part, geometry.output);
}
