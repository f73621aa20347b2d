import { finite, integer, readOptions } from '../check.js';
import { argumentError, dtypeError, shapeError } from '../errors.js';
import { knownDims } from '../shape/dims.js';
import { type ReshapeShape, reshapeShape } from '../shape/reshape.js';
import type { Check, IsOpen, Plain, Product, ShapeError, Show } from '../shape/typed.js';
import { arrayType, checkDType, type DType, isFloat, type TypedArray, type TypedArrays } from './dtype.js';
import { lendable, viewDType } from './memory-view.js';
import { fromNested, type NestedLiteral, type NestedShape } from './nested.js';
import { allocate, type NestedArray, Tensor } from './tensor.js';

/** Sizes of a tensor that holds values. */
export type Sizes = readonly number[];

/** The dtype that data stands for by itself. */
export type DTypeOf<T> = T extends Float32Array
  ? 'float32'
  : T extends Float64Array
    ? 'float64'
    : T extends Int32Array
      ? 'int32'
      : T extends BigInt64Array | bigint
        ? 'int64'
        : T extends Uint8Array | Uint8ClampedArray
          ? 'uint8'
          : T extends boolean
            ? 'bool'
            : T extends number
              ? 'float32'
              : T extends readonly []
                ? 'float32'
                : T extends readonly (infer U)[]
                  ? NestedArray extends U
                    ? DType
                    : DTypeOf<U>
                  : DType;

/** The shape of `tensor(data, shape)` in types, `N` being the nesting of the data. */
type FilledShape<N extends readonly number[], S> = [S] extends [undefined]
  ? N
  : IsOpen<N> extends true
    ? Filled<ReshapeShape<[number], S, 'tensor'>, S>
    : Filled<ReshapeShape<[Product<N>], S, 'tensor'>, S> extends infer R
      ? R extends ShapeError
        ? R
        : N extends readonly [unknown, unknown, ...unknown[]]
          ? Fits<N, R> extends true
            ? R
            : ShapeError<`tensor: the nested arrays have another shape. Received data=${Show<N>}, shape=${Show<S>}`>
          : R
      : never;
type Filled<R, S> = R extends ShapeError ? R : IsOpen<R> extends true ? S : R;
/** Whether two shapes may be the same. */
type Fits<N, R> = N extends readonly [infer A, ...infer As]
  ? R extends readonly [infer B, ...infer Bs]
    ? [A, B] extends [B, B] | [A, A]
      ? Fits<As, Bs>
      : false
    : number extends (R & readonly unknown[])['length']
      ? true
      : false
  : R extends readonly [unknown, ...unknown[]]
    ? false
    : true;
/** The shape of a tensor that has values. */
type SizesOf<R> = R extends Sizes ? R : Sizes;

/**
 * A tensor of given values.
 * @param data a typed array, which is used as it is and not copied, or nested arrays of numbers, or one number
 * @param shape default: the nesting of the arrays, one axis for a typed array; one size may be -1
 * @param dtype default: what a typed array says; else float32 for numbers, int64 for bigints, bool for booleans
 * @throws ERR_SHAPE for ragged arrays and shapes that do not hold the data, ERR_DTYPE for values the dtype cannot hold,
 * ERR_ARGUMENT for shared, resizable or transferred memory
 *
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 * tensor(new Float32Array(6), [2, 3]);  // the same memory
 * tensor([1, 2, 3, 4], [2, 2], 'int32');
 */
export function tensor<
  T extends ArrayBufferView | NestedLiteral,
  const S extends Sizes | undefined = undefined,
  D extends DType = DTypeOf<T>,
>(
  data: T,
  shape?: S & Check<FilledShape<NestedShape<T>, S>>,
  dtype?: D,
): Tensor<SizesOf<FilledShape<NestedShape<T>, S>>, D>;
export function tensor(data: ArrayBufferView | NestedArray, shape?: Sizes, dtype?: DType): Tensor {
  const wanted = dtype === undefined ? undefined : checkDType('tensor', dtype);
  if (data instanceof Tensor) {
    throw argumentError('tensor', 'data is a tensor already', { data }, 'Use reshape, cast or clone');
  }
  if (ArrayBuffer.isView(data)) return fromView(data, shape, wanted);
  const nested = fromNested('tensor', data, wanted);
  if (shape === undefined) return new Tensor(nested.data, nested.shape, nested.dtype);
  const sizes = reshapeShape('tensor', [nested.data.length], shape) as Sizes;
  if (
    nested.shape.length > 1 &&
    !(nested.shape.length === sizes.length && nested.shape.every((n, i) => n === sizes[i]))
  ) {
    throw shapeError(
      'tensor',
      'the nested arrays have another shape',
      { data: nested.shape, shape },
      'Leave the shape out, or give a flat array',
    );
  }
  return new Tensor(nested.data, sizes, nested.dtype);
}

function fromView(view: ArrayBufferView, shape: Sizes | undefined, wanted: DType | undefined): Tensor {
  const data = lendable('tensor', view);
  const own = viewDType(data) as DType;
  const dtype = wanted ?? own;
  const sizes = shape === undefined ? [data.length] : (reshapeShape('tensor', [data.length], shape) as Sizes);
  if (dtype === 'bool' && own === 'uint8') {
    const at = (data as Uint8Array).findIndex((value) => value > 1);
    if (at >= 0) {
      throw dtypeError(
        'tensor',
        'a bool is a byte of 0 or 1',
        { [`data[${at}]`]: data[at] },
        "Use cast(tensor(data, shape), 'bool')",
      );
    }
  } else if (dtype !== own) {
    throw dtypeError(
      'tensor',
      `a ${arrayType(own).name} holds ${own}`,
      { dtype },
      `Use cast(tensor(data, shape), '${dtype}')`,
    );
  }
  return new Tensor(data as TypedArrays[DType], sizes, dtype);
}

/** A tensor without axes. @example scalar(3).shape; // [] */
export function scalar<T extends number | bigint | boolean, D extends DType = DTypeOf<T>>(
  value: T,
  dtype?: D,
): Tensor<readonly [], D> {
  if (typeof value === 'object') throw argumentError('scalar', 'value must be one number', { value });
  return tensor(value as number, [], dtype as DType) as unknown as Tensor<readonly [], D>;
}

function filled(op: string, shape: Sizes, dtype: DType, value: unknown): Tensor {
  const sizes = knownDims(op, 'shape', shape);
  const type = checkDType(op, dtype);
  const data = allocate(op, type, sizes) as TypedArray;
  if (value !== 0) (data as Float32Array).fill(fromNested(op, value, type).data[0] as number);
  return new Tensor(data as TypedArrays[DType], sizes, type);
}

/** Zeros of a shape. @example zeros([2, 3]); */
export function zeros<const S extends Sizes, D extends DType = 'float32'>(
  shape: S,
  dtype?: D,
): Tensor<Plain<S>, NoInfer<D>> {
  return filled('zeros', shape, dtype ?? 'float32', 0) as never;
}

/** Ones of a shape. @example ones([2, 3], 'int32'); */
export function ones<const S extends Sizes, D extends DType = 'float32'>(
  shape: S,
  dtype?: D,
): Tensor<Plain<S>, NoInfer<D>> {
  return filled('ones', shape, dtype ?? 'float32', 1) as never;
}

/** One value everywhere. @example full([2, 2], 7); */
export function full<
  const S extends Sizes,
  V extends number | bigint | boolean,
  D extends DType = DTypeOf<V>,
>(shape: S, value: V, dtype?: D): Tensor<Plain<S>, NoInfer<D>> {
  if (typeof value === 'object') throw argumentError('full', 'value must be one number', { value });
  const inferred = typeof value === 'bigint' ? 'int64' : typeof value === 'boolean' ? 'bool' : 'float32';
  return filled('full', shape, dtype ?? inferred, value) as never;
}

/** Fills a vector with `value(i)`. */
function vector(op: string, length: number, dtype: DType, value: (i: number) => number): Tensor {
  const data = allocate(op, dtype, [length]) as TypedArray;
  if (dtype === 'int64')
    for (let i = 0; i < length; i++) (data as BigInt64Array)[i] = BigInt(Math.trunc(value(i)));
  else for (let i = 0; i < length; i++) (data as Float32Array)[i] = value(i);
  return new Tensor(data as TypedArrays[DType], [length], dtype);
}

/**
 * The numbers from `start` up to, not including, `stop`.
 * @param start with no second number: the stop, and the start is 0
 * @param step not 0, may be negative. Default 1
 *
 * @example
 * arange(5);           // [0, 1, 2, 3, 4]
 * arange(1, 2, 0.25);  // [1, 1.25, 1.5, 1.75]
 */
export function arange<D extends DType = 'float32'>(
  start: number,
  stop?: number,
  step?: number,
  dtype?: D,
): Tensor<[number], NoInfer<D>>;
export function arange(start: number, stop?: number, step = 1, dtype: DType = 'float32'): Tensor {
  const from = stop === undefined ? 0 : finite('arange', 'start', start);
  const to = finite('arange', 'stop', stop === undefined ? start : stop);
  const type = checkDType('arange', dtype);
  if (finite('arange', 'step', step) === 0) throw argumentError('arange', 'step must not be 0', { step });
  if (type === 'bool') throw dtypeError('arange', 'dtype must be a numeric dtype', { dtype });
  if (!isFloat(type) && !(Number.isInteger(from) && Number.isInteger(step))) {
    throw dtypeError('arange', `start and step must be integers for ${type}`, { start: from, step });
  }
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length > 0) fromNested('arange', [from, from + (length - 1) * step], type); // both ends fit, so all do
  return vector('arange', length, type, (i) => from + i * step);
}

/** What `linspace` takes besides the ends. */
export interface LinspaceOptions {
  /** Whether `stop` is the last number. Default true. */
  endpoint?: boolean;
  /** A float dtype. Default float32. */
  dtype?: 'float32' | 'float64';
}

/** `num` evenly spaced numbers from `start` to `stop`. @example linspace(0, 1, 5); // [0, 0.25, 0.5, 0.75, 1] */
export function linspace<D extends 'float32' | 'float64' = 'float32'>(
  start: number,
  stop: number,
  num?: number,
  options?: LinspaceOptions & { dtype?: D },
): Tensor<[number], NoInfer<D>>;
export function linspace(start: number, stop: number, num = 50, options: LinspaceOptions = {}): Tensor {
  const { endpoint = true, dtype = 'float32' } = readOptions('linspace', options, ['endpoint', 'dtype']);
  const from = finite('linspace', 'start', start);
  const to = finite('linspace', 'stop', stop);
  const count = integer('linspace', 'num', num, 0);
  if (!isFloat(checkDType('linspace', dtype))) {
    throw dtypeError('linspace', 'dtype must be float32 or float64', { dtype });
  }
  const intervals = Math.max(1, endpoint ? count - 1 : count);
  return vector('linspace', count, dtype, (i) =>
    endpoint && count > 1 && i === count - 1 ? to : from + ((to - from) * i) / intervals,
  );
}

/** A matrix with ones on one diagonal. @param k the diagonal: 0 the main one, positive above. @example eye(2); // [[1, 0], [0, 1]] */
export function eye<D extends DType = 'float32'>(
  rows: number,
  columns?: number,
  k?: number,
  dtype?: D,
): Tensor<[number, number], NoInfer<D>>;
export function eye(rows: number, columns = rows, k = 0, dtype: DType = 'float32'): Tensor {
  const height = integer('eye', 'rows', rows, 0);
  const width = integer('eye', 'columns', columns, 0);
  const diagonal = integer('eye', 'k', k, Number.MIN_SAFE_INTEGER);
  const result = filled('eye', [height, width], dtype, 0);
  const one = (result.dtype === 'int64' ? 1n : 1) as number;
  for (let row = Math.max(0, -diagonal); row < height && row + diagonal < width; row++) {
    (result.data as Float32Array)[row * width + row + diagonal] = one;
  }
  return result;
}

/** The same values in memory of their own. @example clone(x).data !== x.data; */
export function clone<T extends Tensor>(x: T): T {
  if (!(x instanceof Tensor)) throw argumentError('clone', 'x must be a Tensor', { x }, 'Use tensor(x)');
  return new Tensor(x.data.slice() as TypedArrays[DType], x.shape, x.dtype) as unknown as T;
}
