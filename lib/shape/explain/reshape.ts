import { boolean, oneOf } from '../../check.js';
import { shapeError } from '../../errors.js';
import { type Dims, elementCount } from '../dims.js';
import { reshapeShape } from '../reshape.js';
import { checkDims, type DataFormat } from '../spatial.js';
import { Explanation } from './explanation.js';
import { type AxisMeaning, batchAxis, count, productOf, shapeText } from './text.js';

/** The elements in the same order under another shape. */
export interface ReshapeSpec {
  readonly op: 'reshape';
  /** The whole shape; `null` for sizes that are not known. */
  readonly inputShape: Dims;
  /** The whole new shape; one size may be -1 and is inferred. */
  readonly targetShape: readonly (number | null)[];
  /** Whether the new shape is that of a sample, behind the batch, as a Reshape layer has it. Default false. */
  readonly perSample?: boolean;
}

/** All axes but the batch in one. */
export interface FlattenSpec {
  readonly op: 'flatten';
  /** The whole shape, the batch in front. */
  readonly inputShape: Dims;
  /** With `channelsFirst` the channels are moved to the end before. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const known = (dims: Dims): readonly number[] =>
  dims.filter((dim): dim is number => dim !== null && dim !== -1);

const product = (sizes: readonly number[]): string => (sizes.length === 0 ? '1' : sizes.join('*'));

/** In parentheses where it is a product of several. */
const divisor = (sizes: readonly number[]): string =>
  sizes.length > 1 ? `(${product(sizes)})` : product(sizes);

/**
 * Explains a reshape, and what its -1 becomes.
 * @throws as `reshapeShape`
 *
 * @example
 * explainReshape({ op: 'reshape', inputShape: [5, 784], targetShape: [-1, 28, 28, 1] }).formulas; // ["axis 0: -1 = 5*784 / (28*28*1) = 5"]
 */
export function explainReshape(spec: ReshapeSpec, label: string = spec.op): Explanation {
  const { inputShape: whole, targetShape } = spec;
  checkDims(label, 'input', whole);
  const perSample = boolean(label, 'perSample', spec.perSample ?? false);
  if (perSample && whole.length === 0)
    throw shapeError(label, 'the input must have a batch axis', { input: whole });
  const batch = perSample ? whole.slice(0, 1) : [];
  const inputShape = whole.slice(batch.length);
  const shape = reshapeShape(label, inputShape, targetShape);
  const open = targetShape.indexOf(-1);
  const others = known(targetShape);
  const elements = elementCount(label, known(inputShape), 'input');
  const each = elementCount(label, others, 'shape');
  const unknown = inputShape.includes(null);
  const axes = shape.map(
    (size, axis): AxisMeaning => ({ size, meaning: axisMeaning(size, axis === open, unknown) }),
  );
  return new Explanation({
    title: `${label}: ${shapeText(inputShape)} to ${shapeText(targetShape)}${perSample ? ' in each sample' : ''}`,
    inputShape: whole,
    shape: [...batch, ...shape],
    axes: [...batch.map(batchAxis), ...axes],
    formulas: formulasOf(inputShape, shape, { open, offset: batch.length, others }),
    rules: rulesOf({ open, unknown, elements, each }),
    notes: [
      'Nothing moves: the same elements in the same order, the last axis fastest, are read in another shape.',
    ],
  });
}

function axisMeaning(size: number | null, inferred: boolean, unknown: boolean): string {
  if (size === null)
    return inferred
      ? 'not known yet (None): worked out from the unknown size of the input'
      : 'not known yet: null (None) stands for any size';
  if (inferred) return 'worked out: -1 means "what the other sizes leave"';
  return unknown ? 'as given: part of the known elements' : 'as given';
}

function formulasOf(
  input: Dims,
  shape: Dims,
  of: { readonly open: number; readonly offset: number; readonly others: readonly number[] },
): readonly string[] {
  const { open, offset, others } = of;
  const sizes = known(input);
  if (open < 0) {
    return input.includes(null) || shape.includes(null)
      ? []
      : [`elements = ${product(sizes)} = ${product(others)} = ${productOf(shape)}`];
  }
  const size = shape[open] as number | null;
  if (size !== null) return [`axis ${open + offset}: -1 = ${product(sizes)} / ${divisor(others)} = ${size}`];
  const factor = productOf(sizes) as number;
  const each = productOf(others) as number;
  const perSample =
    factor % each === 0 ? [`per sample = ${product(sizes)} / ${divisor(others)} = ${factor / each}`] : [];
  return [`axis ${open + offset}: -1 = N*${product(sizes)} / ${divisor(others)}`, ...perSample];
}

function rulesOf(of: {
  readonly open: number;
  readonly unknown: boolean;
  readonly elements: number;
  readonly each: number;
}) {
  const { open, unknown, elements, each } = of;
  if (open < 0) return unknown ? [] : ['both shapes hold the same number of elements'];
  if (unknown) {
    return [
      'N is the size that is not known yet; with it -1 is known too',
      `the known sizes of the input hold ${count(elements)} elements for each of N, those of the new shape ${count(each)}`,
    ];
  }
  return [`-1 = all elements / the other sizes: ${count(elements)} elements, ${count(each)} in each`];
}

/**
 * Explains a flatten, which keeps the batch.
 * @throws ERR_SHAPE for an input without a batch axis
 *
 * @example
 * explainFlatten({ op: 'flatten', inputShape: [null, 7, 7, 512] }).formulas; // ["features = 7*7*512 = 25088"]
 */
export function explainFlatten(spec: FlattenSpec, label: string = spec.op): Explanation {
  const { inputShape } = spec;
  checkDims(label, 'input', inputShape);
  const format = oneOf(label, 'dataFormat', spec.dataFormat ?? 'channelsLast', [
    'channelsLast',
    'channelsFirst',
  ]);
  if (inputShape.length === 0)
    throw shapeError(label, 'the input must have a batch axis', { input: inputShape });
  const [batch, ...sample] = inputShape as readonly [number | null, ...Dims];
  const moved = format === 'channelsFirst' && sample.length > 1;
  const order = moved ? [...sample.slice(1), sample[0] as number | null] : sample;
  const features = productOf(order);
  const factors = order.length === 0 ? '1' : order.map((size) => size ?? '?').join('*');
  return new Explanation({
    title: `${label}: ${shapeText(inputShape)} to one axis per sample`,
    inputShape,
    shape: [batch, features],
    axes: [batchAxis(batch), { size: features, meaning: 'features: all numbers of a sample in a row' }],
    formulas: features === null ? [`features = ${factors}`] : [`features = ${factors} = ${features}`],
    rules: ['the product of all sizes but the batch'],
    notes: [
      moved
        ? 'The channels are moved to the end first, so that both data formats give the same order.'
        : 'Nothing moves: the same elements in the same order, the last axis fastest.',
    ],
  });
}
