import { finite, oneOf, toTuple } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { Dims } from './dims.js';
import {
  type DataFormat,
  type InputOf,
  type JoinOutput,
  joinOutput,
  type PerAxis,
  type SplitInput,
  type SplitLayerInput,
  splitInput,
} from './spatial.js';
import type { IsOpen, Option, PerAxisOf, ShapeError, Show, Times } from './typed.js';

/** How values between the samples are made. `linear` is bilinear in two axes, `cubic` bicubic. */
export type ResizeMethod = 'nearest' | 'linear' | 'cubic' | 'lanczos3' | 'lanczos5';

/**
 * Where sample i of the output lies in the input: `halfPixel` at (i + 0.5) / scale - 0.5, `asymmetric` at i / scale,
 * `alignCorners` at i * (in - 1) / (out - 1).
 */
export type ResizeCoordinates = 'halfPixel' | 'asymmetric' | 'alignCorners';

/** Which sample `nearest` takes: floor(c), ceil(c), or the nearer one, halves down (`roundDown`) or up (`roundUp`). */
export type NearestRounding = 'floor' | 'ceil' | 'roundDown' | 'roundUp';

/** How one axis is resized. */
export interface AxisResize {
  readonly size: number;
  readonly out: number;
  readonly method: ResizeMethod;
  readonly coordinates: ResizeCoordinates;
  readonly rounding: NearestRounding;
  /** The constant a of the cubic kernel (Keys 1981). */
  readonly cubicCoefficient: number;
  /** Widen the kernel when the image shrinks. */
  readonly antialias: boolean;
  /** Samples beyond the edge: `clamp` repeats the edge, `drop` leaves them out and divides by the weights that remain. */
  readonly edges: 'clamp' | 'drop';
  /** out / in where that is not the exact ratio. */
  readonly scale: number;
}

const METHODS = [
  'nearest',
  'linear',
  'cubic',
  'lanczos3',
  'lanczos5',
  'bilinear',
  'bicubic',
  'trilinear',
] as const;

/** The method by its own name or by its name for images. */
export function resizeMethod(op: string, method: unknown): ResizeMethod {
  const name = oneOf(op, 'method', method, METHODS);
  if (name === 'bilinear' || name === 'trilinear') return 'linear';
  return name === 'bicubic' ? 'cubic' : name;
}

/** Everything about a resize but the numbers. */
export interface ResizeGeometry {
  readonly batch: number | null;
  readonly inSpatial: readonly number[];
  readonly outSpatial: readonly number[];
  readonly channels: number;
  readonly dataFormat: DataFormat;
  readonly outShape: Dims;
}

/**
 * The geometry of `resize`. The spatial sizes must be known: they make the weights.
 *
 * @example
 * resizeGeometry('resize', [null, 7, 7, 3], [14, 14], {}).outShape; // [null, 14, 14, 3]
 */
export function resizeGeometry(
  op: string,
  input: Dims,
  size: PerAxis,
  options: { readonly dataFormat?: DataFormat },
): ResizeGeometry {
  const spatialRank = input.length - 2;
  if (spatialRank < 1 || spatialRank > 3) {
    throw shapeError(op, 'the input must have a batch axis, 1 to 3 spatial axes and channels', { input });
  }
  const { batch, spatial, channels, dataFormat } = splitInput(op, input, spatialRank, options.dataFormat);
  if (spatial.includes(null)) {
    throw shapeError(op, 'the spatial sizes must be known: the weights depend on them', { input });
  }
  const outSpatial = toTuple(op, 'size', size, spatialRank);
  return {
    batch,
    inSpatial: spatial as readonly number[],
    outSpatial,
    channels,
    dataFormat,
    outShape: joinOutput(op, batch, outSpatial, channels, dataFormat),
  };
}

function coordinate(axis: AxisResize, i: number): number {
  if (axis.coordinates === 'halfPixel') return (i + 0.5) / axis.scale - 0.5;
  if (axis.coordinates === 'asymmetric') return i / axis.scale;
  return axis.out === 1 ? 0 : (i * (axis.size - 1)) / (axis.out - 1);
}

const ROUND: Record<NearestRounding, (c: number) => number> = {
  floor: Math.floor,
  ceil: Math.ceil,
  roundDown: (c) => Math.ceil(c - 0.5),
  roundUp: (c) => Math.floor(c + 0.5),
};

/** For every sample of the output the sample of the input that `nearest` takes. */
export function nearestIndices(axis: AxisResize): Int32Array {
  const last = axis.size - 1;
  return Int32Array.from({ length: axis.out }, (_, i) => {
    return Math.min(Math.max(ROUND[axis.rounding](coordinate(axis, i)), 0), last);
  });
}

/** sin(pi t) / (pi t) windowed by its first lobe over the radius. */
function lanczos(t: number, radius: number): number {
  if (Math.abs(t) >= radius) return 0;
  if (Math.abs(t) < 1e-6) return 1;
  const angle = Math.PI * t;
  return (radius * Math.sin(angle) * Math.sin(angle / radius)) / (angle * angle);
}

function cubic(t: number, a: number): number {
  const d = Math.abs(t);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? a * (((d - 5) * d + 8) * d - 4) : 0;
}

const RADIUS = { linear: 1, cubic: 2, lanczos3: 3, lanczos5: 5 } as const;

function kernelAt(axis: AxisResize, t: number): number {
  switch (axis.method) {
    case 'cubic':
      return cubic(t, axis.cubicCoefficient);
    case 'lanczos3':
      return lanczos(t, 3);
    case 'lanczos5':
      return lanczos(t, 5);
    default:
      return Math.max(1 - Math.abs(t), 0);
  }
}

/** The weights [out, in] of one axis, row-major: every row sums to 1. */
export function interpolationMatrix(axis: AxisResize): Float64Array {
  const { size, out } = axis;
  const matrix = new Float64Array(out * size);
  const stretch = axis.antialias ? Math.max(1 / axis.scale, 1) : 1;
  const radius = RADIUS[axis.method as keyof typeof RADIUS] * stretch;
  for (let i = 0; i < out; i++) {
    const center = coordinate(axis, i);
    const first = Math.ceil(center - radius);
    const last = Math.floor(center + radius);
    let total = 0;
    const row = i * size;
    for (let j = first; j <= last; j++) {
      if (axis.edges === 'drop' && (j < 0 || j >= size)) continue;
      const weight = kernelAt(axis, (j - center) / stretch);
      const at = row + Math.min(Math.max(j, 0), size - 1);
      matrix[at] = (matrix[at] as number) + weight;
      total += weight;
    }
    for (let j = 0; j < size; j++) matrix[row + j] = (matrix[row + j] as number) / total;
  }
  return matrix;
}

/** The ratios out / in that the coordinates use: the exact ones unless given. */
export function resizeScales(
  op: string,
  scale: unknown,
  inSpatial: readonly number[],
  outSpatial: readonly number[],
) {
  if (scale === undefined) return outSpatial.map((out, i) => out / (inSpatial[i] as number));
  const list = Array.isArray(scale) ? scale : new Array<unknown>(outSpatial.length).fill(scale);
  if (list.length !== outSpatial.length) {
    throw argumentError(op, `scale must be one number or ${outSpatial.length} numbers`, { scale });
  }
  return list.map((value) => {
    const ratio = finite(op, 'scale', value);
    if (ratio <= 0) throw argumentError(op, 'scale must be above 0', { scale });
    return ratio;
  });
}

/** `resizeGeometry` in types: `Size` is the new spatial sizes, one or one per axis. */
export type ResizeShape<S, Size, O, Op extends string = 'resize'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly [unknown, unknown, ...infer Spatial]
      ? Spatial['length'] extends 1 | 2 | 3
        ? SplitInput<
            S,
            Spatial['length'] & number,
            Option<O, 'dataFormat', 'channelsLast'>,
            Op
          > extends infer I
          ? I extends InputOf<unknown, readonly unknown[], unknown, unknown>
            ? HasNull<I['spatial']> extends true
              ? ShapeError<`${Op}: the spatial sizes must be known: the weights depend on them. Received input=${Show<S>}`>
              : JoinOutput<
                  I['batch'],
                  PerAxisOf<Size, Spatial['length'] & number>,
                  I['channels'],
                  I['dataFormat']
                >
            : I
          : never
        : ShapeError<ResizeRankMessage<S, Op>>
      : ShapeError<ResizeRankMessage<S, Op>>;
type ResizeRankMessage<
  S,
  Op extends string,
> = `${Op}: the input must have a batch axis, 1 to 3 spatial axes and channels. Received input=${Show<S>}`;
type HasNull<S extends readonly unknown[]> = S extends readonly [infer Head, ...infer Tail]
  ? [Head] extends [null]
    ? true
    : HasNull<Tail>
  : false;

/** The shape of an UpSampling layer with options `O`: `size` (2) and `dataFormat`. */
export type UpSamplingShape<S, O, Rank extends number, Op extends string> =
  SplitLayerInput<S, Rank, Option<O, 'dataFormat', 'channelsLast'>, Op> extends infer I
    ? I extends InputOf<unknown, readonly unknown[], unknown, unknown>
      ? PerAxisOf<Option<O, 'size', 2>, Rank> extends infer Factors extends readonly unknown[]
        ? JoinOutput<I['batch'], EachTimes<I['spatial'], Factors>, I['channels'], I['dataFormat']>
        : never
      : I
    : never;
/** Sizes times factors, one by one. */
export type EachTimes<
  S extends readonly unknown[],
  Factors extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = S extends readonly [infer Size, ...infer Rest]
  ? Factors extends readonly [infer Factor, ...infer Others]
    ? EachTimes<Rest, Others, [...Done, Times<Size, Factor>]>
    : Done
  : Done;
