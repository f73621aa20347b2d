import { argumentError, dtypeError, shapeError } from '../errors.js';
import type { IsUnion } from '../shape/arithmetic.js';
import { MAX_RANK } from '../shape/dims.js';
import type { IsOpen } from '../shape/typed.js';
import { type arrayType, type DType, isFloat, type TypedArray } from './dtype.js';
import { allocate } from './tensor.js';

type Sequence = readonly unknown[] | TypedArray;

const isSequence = (value: unknown): value is Sequence =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Nested arrays whose lengths are inferred from a literal, without its numbers: the empty list asks the compiler for tuples. */
export type NestedLiteral = number | bigint | boolean | readonly NestedLiteral[] | readonly [];

/** `nestedShape` in types. Of arrays that are no literals only the first axis is known: those within may be empty, and end the shape. */
export type NestedShape<T> = [T] extends [number | bigint | boolean]
  ? []
  : [T] extends [readonly unknown[]]
    ? number extends T['length']
      ? [T[number]] extends [number | bigint | boolean]
        ? [number]
        : readonly number[]
      : IsUnion<T['length']> extends true
        ? readonly number[]
        : T['length'] extends 0
          ? [0]
          : NestedShape<T[number]> extends infer Inner extends readonly number[]
            ? IsOpen<Inner> extends true
              ? readonly number[]
              : [T['length'], ...Inner]
            : never
    : [T] extends [ArrayBufferView]
      ? [number]
      : readonly number[];

/** `data[1][0]`, the way a reader would index it. */
const pathOf = (indices: readonly number[]): string => `data${indices.map((index) => `[${index}]`).join('')}`;

/** The sizes along the first items of nested arrays. */
export function nestedShape(op: string, data: unknown): number[] {
  const shape: number[] = [];
  for (let level = data; isSequence(level); level = level[0]) {
    if (shape.length === MAX_RANK)
      throw shapeError(op, `the arrays are nested deeper than ${MAX_RANK} levels`);
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

type Kind = 'number' | 'bigint' | 'boolean';

const DTYPE_OF_KIND: Readonly<Record<Kind, DType>> = { number: 'float32', bigint: 'int64', boolean: 'bool' };

function badValue(op: string, value: unknown, path: readonly number[]): never {
  const name = path.length > 0 ? pathOf(path) : 'data';
  throw argumentError(op, `${name} is not a number, a bigint or a boolean`, { [name]: value });
}

/** What the first number is decides the dtype when none is asked for. */
function inferDType(op: string, data: unknown): DType {
  let first = data;
  const path: number[] = [];
  while (isSequence(first)) {
    if (first.length === 0) return 'float32';
    first = first[0];
    path.push(0);
  }
  return DTYPE_OF_KIND[typeof first as Kind] ?? badValue(op, first, path);
}

const LIMITS: Partial<Record<DType, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

/** One element as the typed array stores it, or undefined when the dtype cannot hold it. */
function convert(value: unknown, dtype: DType): number | bigint | undefined {
  const plain = typeof value === 'boolean' ? Number(value) : value;
  if (dtype === 'int64') {
    if (typeof plain === 'bigint') return BigInt.asIntN(64, plain) === plain ? plain : undefined;
    return Number.isSafeInteger(plain) ? BigInt(plain as number) : undefined;
  }
  if (typeof plain !== 'number') return undefined;
  if (isFloat(dtype)) return plain;
  const [least, most] = LIMITS[dtype] as readonly [number, number];
  return Number.isInteger(plain) && plain >= least && plain <= most ? plain : undefined;
}

/**
 * Nested arrays as one typed array. Every array of a level has the length of the first of that level, and
 * all numbers are of one kind unless a dtype is asked for.
 */
export function fromNested(op: string, data: unknown, wanted: DType | undefined) {
  const shape = nestedShape(op, data);
  const dtype = wanted ?? inferDType(op, data);
  const out = allocate(op, dtype, shape) as TypedArray;
  const path: number[] = [];
  let next = 0;
  let kind = '';

  const put = (value: unknown): void => {
    if (wanted === undefined) {
      kind ||= typeof value;
      if (typeof value !== kind && (typeof value) in DTYPE_OF_KIND) {
        throw dtypeError(
          op,
          `${pathOf(path)} is a ${typeof value} among ${kind}s`,
          { [pathOf(path)]: value },
          'Name the dtype',
        );
      }
    }
    const stored = convert(value, dtype);
    if (stored === undefined) {
      if (!((typeof value) in DTYPE_OF_KIND)) badValue(op, value, path);
      const name = path.length > 0 ? pathOf(path) : 'data';
      throw dtypeError(op, `${name} does not fit into ${dtype}`, { [name]: value });
    }
    (out as Float32Array)[next++] = stored as number;
  };

  const walk = (value: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (isSequence(value)) throw ragged(op, path, value.length, 'a number');
      put(value);
      return;
    }
    const size = shape[axis] as number;
    if (!isSequence(value)) throw ragged(op, path, undefined, `an array of ${size}`);
    if (value.length !== size) throw ragged(op, path, value.length, `an array of ${size}`);
    for (let i = 0; i < size; i++) {
      path.push(i);
      walk(value[i], axis + 1);
      path.pop();
    }
  };
  walk(data, 0);
  return { data: out as InstanceType<ReturnType<typeof arrayType>>, shape, dtype };
}

function ragged(op: string, path: readonly number[], length: number | undefined, expected: string) {
  const got = length === undefined ? 'a number' : `an array of ${length}`;
  const first = pathOf(path.map(() => 0));
  return shapeError(
    op,
    `the nested arrays are ragged: ${pathOf(path)} is ${got}, and ${first} is ${expected}`,
    undefined,
    'Give every array of a level the same length',
  );
}
