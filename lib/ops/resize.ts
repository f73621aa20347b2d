import { boolean, finite, oneOf } from '../check.js';
import { dtypeError } from '../errors.js';
import {
  type AxisResize,
  interpolationMatrix,
  type NearestRounding,
  nearestIndices,
  type ResizeCoordinates,
  type ResizeMethod,
  type ResizeShape,
  resizeGeometry,
  resizeMethod,
  resizeScales,
} from '../shape/resize.js';
import type { DataFormat, PerAxis } from '../shape/spatial.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import { isFloat } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { type Labelled, openOptions } from './fused.js';
import { matmul, productOf } from './matmul.js';
import { beside, type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { alias } from './reshape.js';

/** The options of `resize`. */
export interface ResizeOptions extends Labelled {
  /** Default `linear`. */
  readonly method?: ResizeMethod | 'bilinear' | 'bicubic' | 'trilinear';
  /** Where the samples of the output lie in the input. Default `halfPixel`. */
  readonly coordinates?: ResizeCoordinates;
  /** Which sample `nearest` takes. Default `roundUp`: with half pixels the same as the floor of (i + 0.5) * in / out. */
  readonly rounding?: NearestRounding;
  /** The constant of the cubic kernel: -0.5 in Keras and Pillow (the default), -0.75 in PyTorch and ONNX. */
  readonly cubicCoefficient?: number;
  /** Samples beyond the edge: `drop` them and scale the other weights up, as Keras (default), or `clamp`, as PyTorch. */
  readonly edges?: 'drop' | 'clamp';
  /** Average over the samples that fall together when the image shrinks. Default false. */
  readonly antialias?: boolean;
  /** out / in as the coordinates use it, where the sizes were rounded. Default: the ratio of the sizes. */
  readonly scale?: number | readonly number[];
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const OPTIONS = [
  'method',
  'coordinates',
  'rounding',
  'cubicCoefficient',
  'edges',
  'antialias',
  'scale',
  'dataFormat',
  'label',
] as const;

/**
 * Resamples the spatial axes, one after the other, as a matrix product with constant weights; `nearest` gathers and takes
 * any dtype, the other methods float32 and float64.
 * @param x [N, ...spatial, C] with known spatial sizes
 * @param size of the output's spatial axes: one number, or one per axis
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * resize(ones([1, 4, 4, 3]), [8, 8], { method: 'bilinear' }).shape; // [1, 8, 8, 3]
 */
export function resize<
  X extends Tensor,
  const P extends PerAxis,
  const O extends Exact<O, ResizeOptions> = Defaults<ResizeOptions>,
>(
  x: X,
  size: P & Check<ResizeShape<ShapeIn<X>, P, O>>,
  options?: O,
): Tensor<ShapeOf<ResizeShape<ShapeIn<X>, P, O>>, DTypeIn<X>>;
export function resize(x: Tensor, size: PerAxis, options?: ResizeOptions): Tensor {
  const { op, given } = openOptions('resize', options, OPTIONS);
  needTensor(op, 'x', x);
  const geometry = resizeGeometry(op, x.shape, size, { dataFormat: given.dataFormat });
  const method = resizeMethod(op, given.method ?? 'linear');
  if (method !== 'nearest' && !isFloat(x.dtype)) {
    throw dtypeError(
      op,
      `${method} needs float32 or float64`,
      { x: x.dtype },
      'Use method "nearest", or cast',
    );
  }
  const scales = resizeScales(op, given.scale, geometry.inSpatial, geometry.outSpatial);
  const common = {
    method,
    coordinates: oneOf(op, 'coordinates', given.coordinates ?? 'halfPixel', [
      'halfPixel',
      'asymmetric',
      'alignCorners',
    ]),
    rounding: oneOf(op, 'rounding', given.rounding ?? 'roundUp', ['floor', 'ceil', 'roundDown', 'roundUp']),
    cubicCoefficient: finite(op, 'cubicCoefficient', given.cubicCoefficient ?? -0.5),
    edges: oneOf(op, 'edges', given.edges ?? 'drop', ['drop', 'clamp']),
    antialias: boolean(op, 'antialias', given.antialias ?? false),
  };
  const first = geometry.dataFormat === 'channelsLast' ? 1 : 2;
  let result = x;
  geometry.inSpatial.forEach((from, i) => {
    const to = geometry.outSpatial[i] as number;
    const scale = scales[i] as number;
    if (from === to && scale === 1) return;
    const axis = { ...common, size: from, out: to, scale };
    result = method === 'nearest' ? pick(result, first + i, axis) : weigh(result, first + i, axis);
  });
  return result;
}

function pick(x: Tensor, at: number, axis: AxisResize): Tensor {
  const indices = new Tensor(nearestIndices(axis), [axis.out], 'int32');
  const shape = x.shape.with(at, axis.out);
  return beside(x, indices, (table) =>
    emitOne({
      op: 'gather',
      inputs: [x, table],
      attrs: { axis: at },
      outputs: [{ shape, dtype: x.dtype }],
    }),
  );
}

/** weights [out, in] times x as [before, in, after], for every `before`. */
function weigh(x: Tensor, at: number, axis: AxisResize): Tensor {
  const matrix = interpolationMatrix(axis);
  const shape = [axis.out, axis.size];
  const weights: Tensor =
    x.dtype === 'float64'
      ? new Tensor(matrix, shape, 'float64')
      : new Tensor(Float32Array.from(matrix), shape, 'float32');
  const before = productOf(x.shape.slice(0, at));
  const after = productOf(x.shape.slice(at + 1));
  // With nothing behind the axis the product is x times the transposed weights: one matrix product, not one per row.
  const product = beside(x, weights, (table) =>
    after === 1
      ? matmul(alias(x, [before, axis.size]), table, { transposeB: true, label: 'resize' })
      : matmul(table, alias(x, [before, axis.size, after]), { label: 'resize' }),
  );
  return alias(product, x.shape.with(at, axis.out));
}
