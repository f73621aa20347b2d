import type { Dims } from '../dims.js';
import { misfit } from './misfit.js';
import { count, productOf, productText, shapeText } from './text.js';

/** What errors of products and merges explain; as in misfit.ts. */

const replaced = (shape: Dims, axis: number, size: number | null): Dims => shape.with(axis, size);

/** The shape two shapes broadcast to, or undefined. */
function merged(a: Dims, b: Dims): Dims | undefined {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Dims, axis: number) =>
    shape[axis - (rank - shape.length)] ?? (axis < rank - shape.length ? 1 : null);
  const result = Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [at(a, axis), at(b, axis)];
    if (left === right || right === 1) return left;
    if (left === 1 || left === null) return right;
    return right === null ? left : undefined;
  });
  return result.includes(undefined) ? undefined : (result as Dims);
}

/** Ways to put the axes of `shape`, in order, at axes of `target` with 1 between them. */
function spread(shape: Dims, target: Dims): readonly Dims[] {
  const found: Dims[] = [];
  const place = (index: number, from: number, so: readonly (number | null)[]): void => {
    if (index === shape.length) {
      found.push([...so, ...new Array<number>(target.length - so.length).fill(1)]);
      return;
    }
    const size = shape[index] as number | null;
    for (let axis = from; axis <= target.length - (shape.length - index); axis++) {
      const other = target[axis] as number | null;
      if (size !== other && size !== 1 && other !== 1) continue;
      place(index + 1, axis + 1, [...so, ...new Array<number>(axis - so.length).fill(1), size]);
    }
  };
  if (target.length <= 8) place(0, 0, []);
  return found.map((so) => so.slice(so.findIndex((size, axis) => size !== 1 || axis === so.length - 1)));
}

/** Explains two shapes that do not broadcast. */
export function misfitBroadcast(a: Dims, b: Dims): string {
  const rank = Math.max(a.length, b.length);
  const cell = Math.max(...[...a, ...b].map((size) => String(size).length));
  const row = (shape: Dims) => [...new Array<string>(rank - shape.length).fill(''), ...shape.map(String)];
  const line = (cells: readonly string[]) => `  ${cells.map((text) => text.padStart(cell)).join('  ')}`;
  return misfit(
    [
      'Shapes are aligned at the last axis, and sizes must be equal, or one of them 1:',
      line(row(a)),
      line(row(b)),
      clashes(a, b),
    ],
    [...reshapes(a, b, 'first'), ...reshapes(b, a, 'second'), ...outer(a, b), ...transposed(a, b)].slice(
      0,
      3,
    ),
  );
}

function clashes(a: Dims, b: Dims): string {
  const found: string[] = [];
  for (let fromEnd = 1; fromEnd <= Math.min(a.length, b.length); fromEnd++) {
    const [left, right] = [a.at(-fromEnd), b.at(-fromEnd)];
    if (left !== right && left !== 1 && right !== 1 && left !== null && right !== null) {
      found.push(`${left} meets ${right} at axis ${-fromEnd}`);
    }
  }
  return `${found.join(', ')}.`;
}

function reshapes(given: Dims, other: Dims, which: string): readonly string[] {
  const seen = new Set<string>([shapeText(given)]);
  return spread(given, other).flatMap((shape) => {
    const [text, result] = [shapeText(shape), merged(shape, other)];
    if (seen.has(text) || result === undefined) return [];
    seen.add(text);
    return [`the ${which} as ${text}, reshaped: the result is ${shapeText(result)}`];
  });
}

/** Two vectors: every element of one with every element of the other. */
const outer = (a: Dims, b: Dims): readonly string[] =>
  a.length === 1 && b.length === 1
    ? [
        `the first as ${shapeText([...a, 1])}, every element with every other: the result is ${shapeText([...a, ...b])}`,
      ]
    : [];

/** The second with its channels where the first has them, when that is all that is wrong. */
function transposed(a: Dims, b: Dims): readonly string[] {
  const axes = b.map((_, axis) => axis);
  const toLast = [0, ...axes.slice(2), 1];
  const toFirst = [0, b.length - 1, ...axes.slice(1, -1)];
  if (a.length !== b.length || b.length < 3) return [];
  const perm = [toLast, toFirst].find((order) =>
    merged(
      a,
      order.map((axis) => b[axis] as number | null),
    ),
  );
  return perm ? [`the second with its channels elsewhere: transpose(second, [${perm.join(', ')}])`] : [];
}

/** A matrix product whose inner sizes differ. */
export interface WrongInner {
  readonly a: Dims;
  readonly b: Dims;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Explains inner sizes that differ, and which operand would fit the other. */
export function misfitMatmul({ a, b, transposeA, transposeB }: WrongInner): string {
  const innerA = a.length === 1 ? 0 : a.length - (transposeA ? 2 : 1);
  const innerB = b.length === 1 ? 0 : b.length - (transposeB ? 1 : 2);
  const [kA, kB] = [a[innerA] as number, b[innerB] as number];
  const fits = [`b of ${shapeText(replaced(b, innerB, kA))}`, `a of ${shapeText(replaced(a, innerA, kB))}`];
  if (b.length > 1 && b[innerB === b.length - 1 ? b.length - 2 : b.length - 1] === kA) {
    fits.push(`transposeB: ${!transposeB}, which reads b with its last two axes exchanged`);
  }
  if (a.length > 1 && a[innerA === a.length - 1 ? a.length - 2 : a.length - 1] === kB) {
    fits.push(`transposeA: ${!transposeA}, which reads a with its last two axes exchanged`);
  }
  return misfit(
    [
      '[..., M, K] times [..., K, N] is [..., M, N]: each output is the sum of K products, a row of a with a column of b.',
      `K is ${kA} in a ${shapeText(a)} (axis ${innerA}) and ${kB} in b ${shapeText(b)} (axis ${innerB}).`,
    ],
    fits,
  );
}

/** Explains the axes of a `dot`, or of a product of samples, that differ in size. */
export function misfitContracted(a: Dims, b: Dims, axes: readonly [number, number]): string {
  const [axisA, axisB] = axes;
  const [kA, kB] = [a[axisA] as number, b[axisB] as number];
  return misfit(
    [
      `Each output is the sum of products along axis ${axisA} of ${shapeText(a)} and axis ${axisB} of ${shapeText(b)}: they must be of one size, and are ${kA} and ${kB}.`,
    ],
    [
      `${shapeText(replaced(b, axisB, kA))} as the second`,
      `${shapeText(replaced(a, axisA, kB))} as the first`,
    ],
  );
}

/** As `misfitContracted`, for `batchDot`, whose axes can be chosen. */
export function misfitBatchDot(x: Dims, y: Dims, axes: readonly [number, number]): string {
  const pairs = x.flatMap((size, i) =>
    y.flatMap((other, j) =>
      i > 0 && j > 0 && size !== null && size === other ? [`axes [${i}, ${j}]: both have size ${size}`] : [],
    ),
  );
  return [misfitContracted(x, y, axes), ...pairs.slice(0, 3).map((pair) => `  ${pair}`)].join('\n');
}

/** Explains tensors that differ along another axis than that of the concatenation. */
export function misfitConcat(shapes: readonly Dims[], axis: number): string {
  const [first, ...others] = shapes as readonly [Dims, ...Dims[]];
  const differ = (one: Dims, other: Dims) =>
    one.flatMap((size, at) => (size !== null && other[at] !== null && size !== other[at] ? [at] : []));
  const apart = new Set(others.flatMap((other) => differ(first, other)));
  const [only] = apart;
  const fits: string[] = [];
  if (apart.size === 1 && only !== undefined)
    fits.push(`axis ${only}: it is the only one along which the sizes differ`);
  const wrong = others.find((other) => differ(first, other).some((at) => at !== axis)) as Dims;
  const wanted = wrong.map((size, at) => (at === axis ? size : (first[at] as number | null)));
  fits.push(`${shapeText(wanted)} in place of ${shapeText(wrong)}`);
  return misfit(
    [
      `Along axis ${axis} the inputs follow each other; along every other axis their sizes must be the same:`,
      ...shapes.map((shape) => `  ${shapeText(shape)}`),
    ],
    fits,
  );
}

/** Explains an input whose features are not those that a Dense layer was built for. */
export function misfitDense(input: Dims, features: number, units: number): string {
  const sample = input.slice(1);
  const flat = productOf(sample);
  const fits = [`an input of ${shapeText([...(input.length > 1 ? input.slice(0, -1) : [null]), features])}`];
  if (sample.length > 1 && flat !== null) {
    const row = `a Flatten before it gives ${productText(sample)} = ${count(flat)} features`;
    fits.push(flat === features ? row : `${row}: for a layer built for that many`);
  }
  return misfit(
    [
      `Its kernel is [${features}, ${units}]: ${count(features)} weights for each unit, one per feature of the last axis.`,
      input.length < 2
        ? `The input ${shapeText(input)} has no axis of features behind the batch.`
        : `The last axis of the input ${shapeText(input)} has ${input.at(-1)}.`,
    ],
    fits,
  );
}
