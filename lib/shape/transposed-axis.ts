import { shapeError } from '../errors.js';
import type {
  Add,
  AllNatural,
  CeilDiv,
  DivMod,
  FloorDiv,
  IsLess,
  IsNatural,
  Multiply,
  Subtract,
} from './arithmetic.js';
import { misfitBack, misfitCrop } from './explain/misfit.js';
import type { Differ } from './matmul.js';
import type { Padding } from './spatial.js';
import type { Option, Times, Unknown } from './typed.js';
import type { EffectiveSize, PaddingAt, WindowOf, WindowSpec } from './window.js';

/** What the size along one spatial axis depends on; `effective` is (kernel - 1) * dilation + 1. */
export interface TransposedAxis {
  readonly size: number | null;
  readonly stride: number;
  readonly dilation: number;
  readonly effective: number;
}

/** The size of the output and what is cropped from its begin; `extra` is the output padding, `null` for the rule of the padding. */
export function cropAndSize(axis: TransposedAxis, padding: Padding, index: number, extra: number | null) {
  const { size, stride, effective: k } = axis;
  const sized = (ends: number) => (size === null ? null : (size - 1) * stride + ends);
  if (padding === 'valid') return { out: sized(k + (extra ?? Math.max(stride - k, 0))), crop: 0 };
  if (padding === 'same' || padding === 'sameLower') {
    // Keras pads the stride-dilated input by `total` zeros and convolves: with k - 1 zeros in front nothing is cropped.
    const total = extra === null ? stride + k - 2 : k + (k % 2) - 2 + extra;
    const half = padding === 'same' ? Math.ceil(total / 2) : Math.floor(total / 2);
    return { out: sized(total - k + 2), crop: k - 1 - Math.min(half, k - 1) };
  }
  const [begin, end] = (padding as readonly (readonly [number, number])[])[index] as readonly [
    number,
    number,
  ];
  return { out: sized(k - begin - end + (extra ?? 0)), crop: begin };
}

/** The crop is the padding of the convolution that goes the other way, from the output to the input. */
export function cropForSize(axis: TransposedAxis, padding: Padding, index: number, out: number) {
  const { stride, effective: k } = axis;
  if (padding === 'valid') return { out, crop: 0, back: Math.floor((out - k) / stride) + 1 };
  if (padding === 'same' || padding === 'sameLower') {
    const back = Math.ceil(out / stride);
    const total = Math.max((back - 1) * stride + k - out, 0);
    return { out, crop: padding === 'same' ? Math.floor(total / 2) : Math.ceil(total / 2), back };
  }
  const [begin, end] = (padding as readonly (readonly [number, number])[])[index] as readonly [
    number,
    number,
  ];
  return { out, crop: begin, back: Math.floor((out + begin + end - k) / stride) + 1 };
}

/** Refuses sizes that cannot be. */
export function checkAxis(
  op: string,
  axis: TransposedAxis,
  result: { out: number | null; crop: number; back?: number },
  received: Record<string, unknown>,
): void {
  const { out, crop, back } = result;
  if (out !== null && (!Number.isSafeInteger(out) || !Number.isSafeInteger(crop))) {
    throw shapeError(op, 'the output is too large', received);
  }
  if (out !== null && out < 1) {
    const left = out;
    throw shapeError(op, `the padding leaves no output: a size of ${out}`, received, 'Use less padding', () =>
      misfitCrop(axis, left),
    );
  }
  if (back !== undefined && axis.size !== null && back !== axis.size) {
    throw shapeError(
      op,
      `a convolution takes ${out} to ${Math.max(back, 0)}, not to the input's ${axis.size}`,
      received,
      undefined,
      () => misfitBack(axis, out as number, back),
    );
  }
}

/** Everything along one axis that its size depends on. */
interface AxisSpec {
  readonly stride: unknown;
  /** (kernel - 1) * dilation + 1 */
  readonly effective: unknown;
  readonly padding: unknown;
  /** `null` without one. */
  readonly extra: unknown;
  /** `null` without one. */
  readonly wanted: unknown;
}

/** The sizes along all axes, or what is wrong. */
export type OutSizes<
  Spatial extends readonly unknown[],
  Window extends readonly unknown[],
  O,
  Done extends readonly unknown[] = [],
> = Spatial extends readonly [infer Size, ...infer Rest]
  ? AxisOut<Size, AxisSpecOf<WindowOf<Window, O>, Done['length'], O>> extends infer R
    ? R extends string
      ? R
      : OutSizes<Rest, Window, O, [...Done, R]>
    : never
  : Done;
interface AxisSpecOf<W extends WindowSpec, Axis extends number, O> extends AxisSpec {
  readonly stride: W['strides'][Axis];
  readonly effective: EffectiveSize<W['window'][Axis], W['dilations'][Axis]>;
  readonly padding: [W['padding']] extends ['same' | 'sameLower']
    ? 'same'
    : [W['padding']] extends ['valid']
      ? 'valid'
      : PaddingAt<W['padding'], Axis>;
  readonly extra: AmountAt<Option<O, 'outputPadding', null>, Axis>;
  readonly wanted: AmountAt<Option<O, 'outputSize', null>, Axis>;
}
/** Entry `Axis` of an option of integers of at least 0; `null` where it is not given. */
export type AmountAt<V, Axis extends number> = [V] extends [null]
  ? null
  : V extends readonly [infer Only]
    ? Only
    : V extends readonly unknown[]
      ? V[Axis]
      : V;

type AxisOut<Size, A extends AxisSpec> = [A['wanted']] extends [null]
  ? IsNatural<Size> extends true
    ? AllNatural<[A['stride'], A['effective']]> extends true
      ? Ends<A, A['stride'] & number, A['effective'] & number> extends infer E
        ? E extends readonly [infer More extends number, infer Less extends number]
          ? Signed<Add<Multiply<Subtract<Size & number, 1>, A['stride'] & number>, More>, Less>
          : number
        : never
      : [A['padding'], A['extra']] extends ['same', null]
        ? Times<Size, A['stride']>
        : number
    : Unknown<Size>
  : AllNatural<[A['wanted'], A['stride'], A['effective']]> extends true
    ? Back<A, A['wanted'] & number, A['stride'] & number, A['effective'] & number> extends infer B
      ? IsNatural<B> extends true
        ? Differ<B, Size> extends true
          ? `a convolution takes ${A['wanted'] & number} to ${B & number}, not to the input's ${Size & number}`
          : A['wanted']
        : number
      : never
    : number | Extract<Size, null>;

/** What is added to (size - 1) * stride, as [more, less], or `unknown`. */
type Ends<A extends AxisSpec, Stride extends number, K extends number> = [A['extra']] extends [null]
  ? A['padding'] extends 'same'
    ? [Stride, 0]
    : A['padding'] extends readonly [infer Begin extends number, infer End extends number]
      ? [K, Add<Begin, End>]
      : A['padding'] extends 'valid'
        ? [Larger<K, Stride>, 0]
        : unknown
  : IsNatural<A['extra']> extends true
    ? A['padding'] extends 'same'
      ? [Add<DivMod<K, 2>[1], A['extra'] & number>, 0]
      : A['padding'] extends readonly [infer Begin extends number, infer End extends number]
        ? [Add<K, A['extra'] & number>, Add<Begin, End>]
        : A['padding'] extends 'valid'
          ? [Add<K, A['extra'] & number>, 0]
          : unknown
    : unknown;
/** The larger of two numbers. */
export type Larger<A extends number, B extends number> = IsLess<A, B> extends true ? B : A;

/** More - Less, or what is wrong where nothing is left. */
type Signed<More extends number, Less extends number> =
  IsLess<Less, More> extends true
    ? Subtract<More, Less>
    : `the padding leaves no output: a size of ${More extends Less ? '' : '-'}${Subtract<Less, More>}`;

/** What a convolution makes of a size of the output. */
type Back<
  A extends AxisSpec,
  Out extends number,
  Stride extends number,
  K extends number,
> = A['padding'] extends 'same'
  ? CeilDiv<Out, Stride>
  : A['padding'] extends readonly [infer Begin extends number, infer End extends number]
    ? Windows<Add<Add<Out, Begin>, End>, Stride, K>
    : A['padding'] extends 'valid'
      ? Windows<Out, Stride, K>
      : number;
type Windows<Room extends number, Stride extends number, K extends number> =
  IsLess<Room, K> extends true ? 0 : Add<FloorDiv<Subtract<Room, K>, Stride>, 1>;
