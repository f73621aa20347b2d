import { boolean, integer } from '../../check.js';
import { shapeError } from '../../errors.js';
import { type BatchDotAxes, batchDotGeometry } from '../batch-dot.js';
import type { Dims } from '../dims.js';
import { dotShape, matmulGeometry } from '../matmul.js';
import { checkDims } from '../spatial.js';
import { productsText, weightsText } from './conv.js';
import { Explanation } from './explanation.js';
import { type AxisMeaning, batchAxis, plural, shapeText, timesText } from './text.js';

/** A fully connected layer over the last axis. */
export interface DenseSpec {
  readonly op: 'dense';
  /** The whole shape, the batch in front; the last size must be known. */
  readonly inputShape: Dims;
  /** The number of outputs. */
  readonly units: number;
  /** Whether a bias per unit is counted. Default true. */
  readonly useBias?: boolean;
}

/** A product of two tensors: NumPy's `matmul` and `dot`, Keras's `batch_dot`. */
export interface ProductSpec {
  readonly op: 'matmul' | 'dot' | 'batchDot';
  /** The shapes of both operands. */
  readonly inputShapes: readonly Dims[];
  /** Of `matmul`: read the last two axes of the first operand in exchanged order. Default false. */
  readonly transposeA?: boolean;
  /** Of `matmul`: the same for the second operand. */
  readonly transposeB?: boolean;
  /** Of `batchDot`: the axis of each operand that is summed over, the batch being axis 0. */
  readonly axes?: BatchDotAxes;
}

/**
 * Explains a Dense layer.
 * @throws ERR_SHAPE for an input without a batch or with an unknown number of features, ERR_ARGUMENT for wrong units
 *
 * @example
 * explainDense({ op: 'dense', inputShape: [null, 84], units: 10 }).parameters.text; // "10 units x (84 weights + 1 bias) = 850"
 */
export function explainDense(spec: DenseSpec, label: string = spec.op): Explanation {
  const { inputShape } = spec;
  checkDims(label, 'input', inputShape);
  const units = integer(label, 'units', spec.units);
  const useBias = boolean(label, 'useBias', spec.useBias ?? true);
  if (inputShape.length < 2) {
    throw shapeError(label, 'the input must have at least rank 2, [N, ..., features]', { input: inputShape });
  }
  const features = inputShape.at(-1) as number | null;
  if (features === null) {
    throw shapeError(
      label,
      'the number of features must be known: the weights depend on it',
      { input: inputShape },
      `Give the input a size on axis ${inputShape.length - 1}`,
    );
  }
  const middle = inputShape.slice(1, -1);
  const kept = middle.map(
    (size): AxisMeaning => ({ size, meaning: 'kept: every position has the same weights' }),
  );
  const image = middle.length === 2;
  return new Explanation({
    title: `${label}: ${plural(units, 'unit')} on ${timesText(inputShape.slice(1))}`,
    inputShape,
    shape: [...inputShape.slice(0, -1), units],
    axes: [
      batchAxis(inputShape[0] as number | null),
      ...kept,
      { size: units, meaning: 'units: one number for each' },
    ],
    parameters: weightsText([plural(units, 'unit')], [features], useBias),
    multiplyAdds: productsText([...middle, units], 'outputs', [features]),
    notes: [
      `Every unit has a weight for each of the ${plural(features, 'feature')} of the last axis` +
        `${useBias ? ' and a bias' : ''}: it reads all of them.`,
      ...(image
        ? ['The other axes stay. A Flatten before it would make one row of features of the whole map.']
        : []),
    ],
  });
}

/**
 * Explains a product of two tensors.
 * @throws as `matmulGeometry`, `dotShape` and `batchDotGeometry`
 *
 * @example
 * explainProduct({ op: 'matmul', inputShapes: [[8, 2, 3], [3, 5]] }).multiplyAdds.text; // "8 x 2 x 5 outputs x 3 = 240"
 */
export function explainProduct(spec: ProductSpec, label: string = spec.op): Explanation {
  const [a, b] = twoShapes(label, spec.inputShapes);
  if (spec.op === 'matmul') return explainMatmul(spec, label, a, b);
  return spec.op === 'dot' ? explainDot(label, a, b) : explainBatchDot(spec, label, a, b);
}

function twoShapes(label: string, shapes: readonly Dims[]): readonly [Dims, Dims] {
  if (!Array.isArray(shapes) || shapes.length !== 2) {
    throw shapeError(label, 'a product has two operands', { inputShapes: shapes });
  }
  return shapes as unknown as readonly [Dims, Dims];
}

/** `, from a`: which operand an axis of the result comes from. */
const from = (sizes: Dims, meaning: (axis: number) => string): readonly AxisMeaning[] =>
  sizes.map((size, axis) => ({ size, meaning: meaning(axis) }));

const knownOr = (size: number | null): string => (size === null ? 'K' : String(size));

function explainMatmul(spec: ProductSpec, label: string, a: Dims, b: Dims): Explanation {
  const transposeA = boolean(label, 'transposeA', spec.transposeA ?? false) && a.length > 1;
  const transposeB = boolean(label, 'transposeB', spec.transposeB ?? false) && b.length > 1;
  const { product, outShape } = matmulGeometry(label, a, b, { transposeA, transposeB });
  const inner = (transposeA ? a.at(-2) : a.at(-1)) as number | null;
  const batch = product.slice(0, -2);
  const [m, n] = [product.at(-2) as number | null, product.at(-1) as number | null];
  const axes = [
    ...from(batch, () => 'a matrix product for each: the axes before the last two broadcast'),
    ...(a.length === 1
      ? []
      : [{ size: m, meaning: `rows, M: those of a${transposeA ? ', transposed' : ''}` }]),
    ...(b.length === 1
      ? []
      : [{ size: n, meaning: `columns, N: those of b${transposeB ? ', transposed' : ''}` }]),
  ];
  const notes: string[] = [];
  if (a.length === 1) notes.push('a is a vector: it counts as a row, and that axis is not in the result.');
  if (b.length === 1) notes.push('b is a vector: it counts as a column, and that axis is not in the result.');
  return new Explanation({
    title: `${label}: ${shapeText(a)} times ${shapeText(b)}`,
    inputShape: [a, b],
    shape: outShape,
    axes,
    rules: [
      '[..., M, K] times [..., K, N] is [..., M, N]',
      `with K ${knownOr(inner)}: each output is the sum of ${knownOr(inner)} products, a row of a with a column of b`,
    ],
    multiplyAdds: inner === null ? undefined : productsText(product, 'outputs', [inner]),
    perSample: false,
    notes,
  });
}

function explainDot(label: string, a: Dims, b: Dims): Explanation {
  const shape = dotShape(label, a, b);
  if (a.length === 0 || b.length === 0) {
    return new Explanation({
      title: `${label}: ${shapeText(a)} with ${shapeText(b)}`,
      inputShape: [a, b],
      shape,
      axes: from(shape, () => 'as the tensor has it: a scalar multiplies every element'),
    });
  }
  const inner = a.at(-1) as number | null;
  const left = a.slice(0, -1);
  const right = b.filter((_, axis) => axis !== Math.max(b.length - 2, 0));
  return new Explanation({
    title: `${label}: ${shapeText(a)} with ${shapeText(b)}`,
    inputShape: [a, b],
    shape,
    axes: [
      ...from(left, (axis) => `axis ${axis} of a`),
      ...from(right, (axis) => `axis ${axis < b.length - 2 ? axis : b.length - 1} of b`),
    ],
    rules: [
      "a's axes without its last, then b's without its second to last (its only one, if b is a vector)",
      `each output is the sum of ${knownOr(inner)} products; nothing broadcasts, which is how it differs from matmul`,
    ],
    multiplyAdds: inner === null ? undefined : productsText(shape, 'outputs', [inner]),
    perSample: false,
  });
}

function explainBatchDot(spec: ProductSpec, label: string, x: Dims, y: Dims): Explanation {
  const { axisX, axisY, batch, restX, restY, outShape } = batchDotGeometry(label, x, y, spec.axes ?? null);
  const inner = (x[axisX] ?? y[axisY]) as number | null;
  const axesOf = (shape: Dims, contracted: number) =>
    shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== contracted);
  const [left, right] = [axesOf(x, axisX), axesOf(y, axisY)];
  const rest = [
    ...from(restX, (axis) => `axis ${left[axis]} of x`),
    ...from(restY, (axis) => `axis ${right[axis]} of y`),
  ];
  const one: AxisMeaning = { size: 1, meaning: 'no axis is left, so the number keeps one of size 1' };
  return new Explanation({
    title: `${label}: ${shapeText(x)} with ${shapeText(y)}, axes [${axisX}, ${axisY}]`,
    inputShape: [x, y],
    shape: outShape,
    axes: [batchAxis(batch), ...(rest.length === 0 ? [one] : rest)],
    rules: [
      "batch, x's other axes, then y's other axes; axes count the batch as axis 0",
      `each output is the sum of ${knownOr(inner)} products, along axis ${axisX} of x and axis ${axisY} of y, in one sample`,
    ],
    multiplyAdds: inner === null ? undefined : productsText(outShape.slice(1), 'outputs', [inner]),
  });
}
