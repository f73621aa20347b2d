import { argumentError, dtypeError } from '../errors.js';
import { arrayType, type DType, type TypedArray } from './dtype.js';

/** Reads a typed array past whatever a subclass or an own property puts before its real fields. */
const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const getter = (name: string | symbol) =>
  Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => unknown;
const readTag = getter(Symbol.toStringTag);
const readLength = getter('length');
const readBuffer = getter('buffer');
const readOffset = getter('byteOffset');

const DTYPE_OF_TAG: Readonly<Record<string, DType>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
};

/** The dtype of a typed array of any realm, or undefined when it is none that a tensor can hold. */
export function viewDType(value: unknown): DType | undefined {
  return ArrayBuffer.isView(value) ? DTYPE_OF_TAG[readTag.call(value) as string] : undefined;
}

/**
 * The same memory as a plain typed array, safe to lend to native code.
 * Refused: memory that another thread may write or shrink during a run, and memory that is gone.
 */
export function lendable(op: string, view: ArrayBufferView): TypedArray {
  const dtype = viewDType(view);
  if (dtype === undefined) {
    const name = (readTag.call(view) as string | undefined) ?? 'DataView';
    throw dtypeError(
      op,
      `no dtype for a ${name}`,
      undefined,
      'Use a Float32Array, Float64Array, Int32Array, BigInt64Array or Uint8Array',
    );
  }
  const buffer = readBuffer.call(view) as ArrayBuffer & { resizable?: boolean };
  const length = readLength.call(view) as number;
  checkBuffer(op, buffer);
  const plain = arrayType(dtype);
  if (Object.getPrototypeOf(view) === plain.prototype && !Object.hasOwn(view, 'length'))
    return view as TypedArray;
  return new plain(buffer, readOffset.call(view) as number, length);
}

function checkBuffer(op: string, buffer: ArrayBuffer & { resizable?: boolean }): void {
  const kind = Object.prototype.toString.call(buffer);
  if (kind === '[object SharedArrayBuffer]') {
    throw argumentError(
      op,
      'the data lies in a SharedArrayBuffer, which another thread may write during a run',
      undefined,
      'Copy it: data.slice()',
    );
  }
  if (buffer.resizable) {
    throw argumentError(
      op,
      'the data lies in a resizable ArrayBuffer, which may shrink during a run',
      undefined,
      'Copy it: data.slice()',
    );
  }
  try {
    new Uint8Array(buffer);
  } catch (cause) {
    throw Object.assign(
      argumentError(
        op,
        'the data has no memory any more: its buffer was transferred',
        undefined,
        'Make the tensor before the transfer, or transfer a copy',
      ),
      { cause },
    );
  }
}
