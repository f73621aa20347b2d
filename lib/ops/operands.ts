import { argumentError, dtypeError } from '../errors.js';
import { arrayType, type DType, isFloat } from '../tensor/dtype.js';
import { type Shape, Tensor } from '../tensor/tensor.js';

/** What an arithmetic op takes: a tensor, or a number that becomes a scalar of the other operand's dtype. */
export type Operand = Tensor | number | bigint | boolean;

/** The shape of an operand in types: a number is a scalar. */
export type ShapeIn<A> = A extends Tensor<infer S> ? S : [];

/** The dtype that operands meet in, in types: a tensor's, the first one's where both are. */
export type DTypeIn<A, B = never> =
  A extends Tensor<Shape, infer D> ? D : B extends Tensor<Shape, infer E> ? E : DType;

/** Refuses anything that is not a tensor, with the way to make one. */
export function needTensor(op: string, name: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw argumentError(op, `${name} must be a Tensor`, { [name]: value }, `Use tensor(${name})`);
}

/** Refuses integers where the result is not one: nothing is converted behind the caller's back. */
export function needFloat(op: string, name: string, x: Tensor): Tensor {
  if (isFloat(x.dtype)) return x;
  throw dtypeError(
    op,
    `${name} must be float32 or float64`,
    { [name]: x.dtype },
    `Use cast(${name}, 'float32')`,
  );
}

/** Refuses `bool` where a number is meant. */
export function needNumeric(op: string, name: string, x: Tensor): Tensor {
  if (x.dtype !== 'bool') return x;
  throw dtypeError(
    op,
    `${name} must hold numbers, not bool`,
    { [name]: x.dtype },
    `Use cast(${name}, 'int32')`,
  );
}

/** Calls `body` with a table that JavaScript made for an op on `x`, where x lies; what it takes of a GPU goes back. */
export function beside<T>(x: Tensor, table: Tensor, body: (table: Tensor) => T): T {
  const there = table.to(x.device);
  try {
    return body(there);
  } finally {
    there.dispose();
  }
}

const RANGES: Partial<Record<DType, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
};

/** A scalar tensor of a dtype from a JavaScript number, or ERR_DTYPE when the dtype cannot hold it exactly. */
export function scalarOf(op: string, name: string, value: unknown, dtype: DType): Tensor {
  const array = arrayType(dtype);
  if (isFloat(dtype) && typeof value === 'number') {
    return new Tensor((array as typeof Float32Array).of(value), [], dtype);
  }
  if (dtype === 'bool' && typeof value === 'boolean')
    return new Tensor(Uint8Array.of(value ? 1 : 0), [], dtype);
  if (dtype === 'int64' && isInt64(value))
    return new Tensor(BigInt64Array.of(BigInt(value as number)), [], dtype);
  const range = RANGES[dtype];
  if (range && Number.isInteger(value) && (value as number) >= range[0] && (value as number) <= range[1]) {
    return new Tensor((array as typeof Int32Array).of(value as number), [], dtype);
  }
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') {
    throw argumentError(op, `${name} must be a Tensor or a number`, { [name]: value }, `Use tensor(${name})`);
  }
  throw dtypeError(
    op,
    `${name} does not fit into the ${dtype} of the other operand`,
    { [name]: value },
    isFloat(dtype) ? 'Use a number' : `Use cast(..., 'float32') on the ${dtype} tensor first`,
  );
}

function isInt64(value: unknown): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  return Number.isSafeInteger(value);
}

/** Two operands of one dtype: a number takes the dtype of the tensor beside it; two different dtypes are refused. */
export function pair(op: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (a instanceof Tensor) {
    if (!(b instanceof Tensor)) return [a, scalarOf(op, 'b', b, a.dtype)];
    if (a.dtype !== b.dtype) {
      throw dtypeError(
        op,
        'both operands must have one dtype',
        { a: a.dtype, b: b.dtype },
        `Use cast(${castHint(a.dtype, b.dtype)})`,
      );
    }
    return [a, b];
  }
  if (b instanceof Tensor) return [scalarOf(op, 'a', a, b.dtype), b];
  throw argumentError(op, 'at least one operand must be a Tensor', { a, b }, 'Use tensor(a)');
}

/** Widest first: the narrower operand is the one to cast. */
const ORDER: readonly DType[] = ['float64', 'float32', 'int64', 'int32', 'uint8', 'bool'];

const castHint = (a: DType, b: DType): string =>
  ORDER.indexOf(a) < ORDER.indexOf(b) ? `b, '${a}'` : `a, '${b}'`;
