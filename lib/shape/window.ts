import { boolean, integer, oneOf, toTuple } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { Add, CeilDiv, Compare, FloorDiv, IsLess, IsNatural, Multiply, Subtract } from './arithmetic.js';
import type { Dims } from './dims.js';
import { misfitWindow, type WideWindow } from './explain/misfit.js';
import type { Padding, PerAxis, SpatialInput } from './spatial.js';
import type { Option, PerAxisOf, Show, Unknown } from './typed.js';

const PADDINGS = ['valid', 'same', 'sameLower', 'causal'] as const;

/** Size of a window whose taps are `dilation` apart: (size - 1) * dilation + 1, exact or refused. */
export function effectiveSize(op: string, size: number, dilation: number): number {
  const effective = (size - 1) * dilation + 1;
  if (!Number.isSafeInteger(effective)) {
    throw shapeError(op, 'the dilated window is too large', { kernelSize: size, dilationRate: dilation });
  }
  return effective;
}

/** What a window does along the spatial axes. */
export interface WindowOptions {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
  readonly ceilMode: boolean;
  /** The name of the window in messages: kernelSize or poolSize. */
  readonly windowName: string;
}

/** Zeros before and after each spatial axis (`null`: not known before the size is), and the number of windows. */
export interface WindowGeometry {
  readonly padBegin: Dims;
  readonly padEnd: Dims;
  readonly outSpatial: Dims;
}

/** The padding option in one form: a rule, or pairs. */
export function resolvePadding(op: string, padding: unknown, input: SpatialInput): Padding {
  const rank = input.spatial.length;
  if (typeof padding === 'string') {
    const rule = oneOf(op, 'padding', padding, PADDINGS);
    if (rule === 'causal' && (rank !== 1 || input.dataFormat !== 'channelsLast')) {
      throw argumentError(op, 'causal padding needs one spatial axis and channels last', {
        padding,
        dataFormat: input.dataFormat,
      });
    }
    return rule;
  }
  return explicitPairs(op, padding, rank);
}

function explicitPairs(op: string, padding: unknown, rank: number): readonly (readonly [number, number])[] {
  if (!Array.isArray(padding)) {
    const amount = integer(op, 'padding', padding, 0);
    return Array.from({ length: rank }, () => [amount, amount] as const);
  }
  if (padding.length !== rank) {
    throw argumentError(
      op,
      `padding must have one entry per spatial axis, ${rank} in all`,
      { padding },
      'Write a number for both sides of an axis, or a pair [begin, end]',
    );
  }
  return padding.map((entry: unknown) => {
    const [begin, end] = toTuple(op, 'padding', entry, 2, 0);
    return [begin as number, end as number] as const;
  });
}

/**
 * The windows that fit: floor((size + begin + end - effective) / stride) + 1, or ceil with `ceilMode`, where a window
 * that would start in the padding behind the input is dropped (as PyTorch and ONNX define it).
 */
export function windowGeometry(
  op: string,
  input: Dims,
  spatial: Dims,
  options: WindowOptions,
): WindowGeometry {
  const padBegin: (number | null)[] = [];
  const padEnd: (number | null)[] = [];
  const outSpatial: (number | null)[] = [];
  for (let axis = 0; axis < spatial.length; axis++) {
    const size = spatial[axis] as number | null;
    const stride = options.strides[axis] as number;
    const effective = effectiveSize(op, options.window[axis] as number, options.dilations[axis] as number);
    const [begin, end] = padsOf(options.padding, axis, size, stride, effective);
    padBegin.push(begin);
    padEnd.push(end);
    if (size === null) {
      outSpatial.push(null);
      continue;
    }
    const room = size + (begin as number) + (end as number) - effective;
    if (!Number.isSafeInteger(room + effective)) {
      throw shapeError(op, 'the padded input is too large', { input, padding: options.padding });
    }
    let out = Math.floor((room + (options.ceilMode ? stride - 1 : 0)) / stride) + 1;
    if (options.ceilMode && (out - 1) * stride >= size + (begin as number)) out--;
    if (out < 1) {
      const where = { axis, size, begin: begin as number, end: end as number };
      throw tooWide(op, input, room + effective, where, options);
    }
    outSpatial.push(out);
  }
  return { padBegin, padEnd, outSpatial };
}

function padsOf(
  padding: Padding,
  axis: number,
  size: number | null,
  stride: number,
  effective: number,
): readonly [number | null, number | null] {
  if (padding === 'valid') return [0, 0];
  if (padding === 'causal') return [effective - 1, 0];
  if (padding === 'same' || padding === 'sameLower') {
    if (size === null && stride !== 1) return [null, null];
    const out = size === null ? 0 : Math.ceil(size / stride);
    const total = size === null ? effective - 1 : Math.max((out - 1) * stride + effective - size, 0);
    const less = Math.floor(total / 2);
    return padding === 'same' ? [less, total - less] : [total - less, less];
  }
  return (padding as readonly (readonly [number, number])[])[axis] as readonly [number, number];
}

function tooWide(
  op: string,
  input: Dims,
  padded: number,
  where: Pick<WideWindow, 'axis' | 'size' | 'begin' | 'end'>,
  options: WindowOptions,
) {
  const { dilations, window } = options;
  const { axis } = where;
  const dilated = dilations.some((dilation) => dilation !== 1);
  const largest = Math.floor((padded - 1) / (dilations[axis] as number)) + 1;
  const noun = options.windowName === 'poolSize' ? 'window' : 'kernel';
  return shapeError(
    op,
    'the window is wider than the padded input',
    {
      input,
      [options.windowName]: window,
      ...(dilated ? { dilationRate: dilations } : {}),
      padding: options.padding,
    },
    `Use padding="same", or a ${noun} of at most ${largest}${dilated ? ' at this dilation' : ''}`,
    () => misfitWindow({ ...where, ...options }),
  );
}

/** strides, dilationRate, ceilMode and the padding of an op with windows, each in its one form. */
export function windowOptions(
  op: string,
  input: SpatialInput,
  window: readonly number[],
  options: {
    readonly strides?: PerAxis | null;
    readonly dilationRate?: PerAxis;
    readonly padding?: Padding;
    readonly ceilMode?: boolean;
  },
  names: { readonly windowName: string; readonly defaultStrides: PerAxis },
): WindowOptions {
  const rank = input.spatial.length;
  return {
    window,
    strides: toTuple(op, 'strides', options.strides ?? names.defaultStrides, rank),
    dilations: toTuple(op, 'dilationRate', options.dilationRate ?? 1, rank),
    padding: resolvePadding(op, options.padding ?? 'valid', input),
    ceilMode: boolean(op, 'ceilMode', options.ceilMode ?? false),
    windowName: names.windowName,
  };
}

/** `WindowOptions` in types: tuples of one entry per axis, `number` where it is not known. */
export interface WindowSpec {
  readonly window: readonly unknown[];
  readonly strides: readonly unknown[];
  readonly dilations: readonly unknown[];
  readonly padding: unknown;
  readonly ceilMode: unknown;
}

/** `windowOptions` in types, from the options `O` of a call. */
export interface WindowOf<Window extends readonly unknown[], O, Strides = 1> extends WindowSpec {
  readonly window: Window;
  readonly strides: PerAxisOf<StridesOf<Option<O, 'strides', Strides>, Strides>, Window['length']>;
  readonly dilations: PerAxisOf<Option<O, 'dilationRate', 1>, Window['length']>;
  readonly padding: OfLength<Option<O, 'padding', 'valid'>, Window['length']>;
  readonly ceilMode: Option<O, 'ceilMode', false>;
}
/** A list of padding, `unknown` where it has another length. */
type OfLength<P, Rank> = P extends readonly unknown[] ? (P['length'] extends Rank ? P : unknown) : P;
type StridesOf<Given, Default> = Given extends null ? Default : Given;

/** The error of `windowGeometry` in types: a window that does not fit. */
export interface TooWide {
  readonly tooWide: true;
}

/** `windowGeometry` in types: the number of windows along each axis, or `TooWide`. */
export type WindowSizes<
  Spatial extends readonly unknown[],
  W extends WindowSpec,
  Done extends readonly unknown[] = [],
> = Spatial extends readonly [infer Size, ...infer Rest]
  ? WindowCount<Size, W, Done['length']> extends infer Count
    ? [Count] extends [TooWide]
      ? TooWide
      : WindowSizes<Rest, W, [...Done, Count]>
    : never
  : Done;

type WindowCount<Size, W extends WindowSpec, Axis extends number> =
  IsNatural<Size> extends true
    ? IsNatural<W['strides'][Axis]> extends true
      ? PaddingAt<W['padding'], Axis> extends infer P
        ? P extends 'ceil'
          ? CeilDiv<Size & number, W['strides'][Axis] & number>
          : P extends readonly [infer Begin extends number, infer End extends number]
            ? EffectiveSize<W['window'][Axis], W['dilations'][Axis]> extends infer Effective extends number
              ? IsNatural<Effective> extends true
                ? Fitting<
                    Add<Size & number, Begin>,
                    End,
                    Effective,
                    W['strides'][Axis] & number,
                    W['ceilMode']
                  >
                : number
              : number
            : number
        : never
      : number
    : Unknown<Size>;

/** (size - 1) * dilation + 1. */
export type EffectiveSize<Size, Dilation> =
  IsNatural<Size> extends true
    ? IsNatural<Dilation> extends true
      ? Add<Multiply<Subtract<Size & number, 1>, Dilation & number>, 1>
      : Size extends 1
        ? 1
        : number
    : number;

/** 'ceil' where the count is ceil(size / stride), the pair of explicit zeros, or `unknown`. */
export type PaddingAt<P, Axis extends number> = [P] extends ['same' | 'sameLower' | 'causal']
  ? 'ceil'
  : [P] extends ['valid']
    ? [0, 0]
    : IsNatural<P> extends true
      ? [P, P]
      : P extends readonly unknown[]
        ? number extends P['length']
          ? unknown
          : P[Axis] extends readonly [infer Begin, infer End]
            ? IsNatural<Begin> extends true
              ? IsNatural<End> extends true
                ? [Begin, End]
                : unknown
              : unknown
            : IsNatural<P[Axis]> extends true
              ? [P[Axis], P[Axis]]
              : unknown
        : unknown;

/** The windows that fit into Before (size and begin padding) plus End. */
type Fitting<
  Before extends number,
  End extends number,
  Effective extends number,
  Stride extends number,
  CeilMode,
> = [CeilMode] extends [false]
  ? Steps<Add<Before, End>, Effective, Stride>
  : [CeilMode] extends [true]
    ? Steps<Add<Add<Before, End>, Subtract<Stride, 1>>, Effective, Stride> extends infer Count
      ? Count extends number
        ? IsLess<Multiply<Subtract<Count, 1>, Stride>, Before> extends true
          ? Count
          : Count extends 1
            ? TooWide
            : Subtract<Count, 1>
        : Count
      : never
    : number;

type Steps<Padded extends number, Effective extends number, Stride extends number> =
  Compare<Padded, Effective> extends 'less' ? TooWide : Add<FloorDiv<Subtract<Padded, Effective>, Stride>, 1>;

/** The message of `tooWide`, as far as types can tell it. */
export type TooWideMessage<
  S,
  Name extends 'kernelSize' | 'poolSize',
  Window,
  Op extends string,
> = `${Op}: the window is wider than the padded input. Received input=${Show<S>}, ${Name}=${Show<Window>}`;
