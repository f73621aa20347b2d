import { axisIn, oneOf } from '../check.js';
import { argumentError, dtypeError, shapeError, stateError } from '../errors.js';
import { DEVICES, type DeviceName, uploaded } from './device.js';
import { arrayType, bytesPerElement, type DType, type TypedArray, type TypedArrays } from './dtype.js';
import { memoryLimit } from './memory.js';
import { formatTensor } from './print.js';

/** Sizes of a tensor, outermost first. `null` stands for a size that is not known yet (the batch), in traced tensors only. */
export type Shape = readonly (number | null)[];

/** The number of elements of a known shape, checked against what a typed array can hold. */
export function sizeOf(op: string, shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) {
    if (!Number.isSafeInteger(dim) || dim < 0) {
      throw shapeError(op, 'every size must be an integer of at least 0', { shape });
    }
    size *= dim;
  }
  if (!Number.isSafeInteger(size)) throw shapeError(op, 'the shape has too many elements', { shape });
  return size;
}

/** Nested arrays of numbers, as deep as the tensor's rank. */
export type NestedArray = number | bigint | boolean | readonly NestedArray[];

/**
 * A contiguous, row-major array of numbers with a shape and a dtype, channels last by convention.
 * `data` is the typed array itself, not a copy; `reshape` shares it. The garbage collector frees it.
 *
 * `to('cuda')` copies a tensor to an NVIDIA GPU, `to('cpu')` back. Ops and models compute where their tensors lie. A
 * GPU's memory is small, and `dispose` gives it back at once; of tensors that are forgotten it goes back later.
 *
 * @example
 * const here = tensor([1, 2, 3]);
 * here.device; // "cpu"
 * here.to('cpu') === here; // true
 */
export class Tensor<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: Readonly<S>;
  readonly dtype: D;
  readonly #data: TypedArrays[D] | undefined;
  readonly #size: number = 0;

  /** Use `tensor(...)`: the constructor checks lengths only. */
  constructor(data: TypedArrays[D] | undefined, shape: Readonly<S>, dtype: D) {
    this.shape = Object.isFrozen(shape) ? shape : (Object.freeze([...shape]) as unknown as Readonly<S>);
    this.dtype = dtype;
    this.#data = data;
    if (data === undefined) return;
    if (!(data instanceof arrayType(dtype))) {
      throw dtypeError('tensor', `the data of a ${dtype} tensor must be a ${arrayType(dtype).name}`, {
        data,
      });
    }
    const size = sizeOf('tensor', shape as readonly number[]);
    if (data.length !== size) {
      throw shapeError('tensor', `the shape holds ${size} elements but the data ${data.length}`, { shape });
    }
    this.#size = size;
  }

  /** The elements in row-major order: the tensor's own memory, not a copy. */
  get data(): TypedArrays[D] {
    const data = this.#data;
    if (data === undefined) throw this.#noValues();
    if (data.length !== this.#size) {
      throw stateError(
        'Tensor',
        'the memory of the tensor is gone: its buffer was transferred',
        { shape: this.shape },
        'Transfer a copy: x.data.slice()',
      );
    }
    return data;
  }

  /** True for a tensor of a trace, which has a shape and no values. */
  get isTraced(): boolean {
    return this.#data === undefined;
  }

  #noValues() {
    return stateError(
      'Tensor',
      'a traced tensor has a shape but no values',
      { shape: this.shape },
      'Values exist when the model runs; inside a Lambda use ops only',
    );
  }

  /** Where the values lie: `cpu` stands for this process's memory. A traced tensor has none, and says `cpu`. */
  get device(): DeviceName {
    return 'cpu';
  }

  /**
   * The tensor on a device: a copy there, complete when the call returns, or the tensor itself when it lies there already.
   *
   * @param device `cpu`, or `cuda`, an NVIDIA GPU
   * @throws ERR_DEVICE when there is no such device, with the reason, which `devices()` tells too, or when its memory is
   *   full; ERR_ARGUMENT for another name; ERR_STATE for a tensor that was disposed of or is traced
   */
  to(device: DeviceName): Tensor<S, D> {
    const wanted = oneOf('to', 'device', device, DEVICES);
    if (this.isTraced) throw this.#noValues();
    if (wanted === 'cpu') return this;
    return uploaded(this as unknown as Tensor, wanted) as unknown as Tensor<S, D>;
  }

  /**
   * Gives the memory of a tensor on a GPU back at once; a run in flight that uses it ends before. Later uses, and those of
   * reshapes, which share the memory, throw ERR_STATE. Does nothing the second time, and nothing to a tensor of the CPU,
   * which stays as it is: so `using x = y.to(device)` is right for either.
   */
  dispose(): void {}

  /** `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Whether `dispose` has given the memory back. Never true of a tensor of the CPU. */
  get isDisposed(): boolean {
    return false;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    if (this.#data !== undefined) return this.#size;
    return sizeOf(
      'size',
      this.shape.map((dim) => dim ?? Number.NaN),
    );
  }

  get byteLength(): number {
    return this.size * bytesPerElement(this.dtype);
  }

  /** One element by its indices; negative indices count from the end. `int64` gives a BigInt, `bool` a boolean. */
  at(...indices: number[]): D extends 'int64' ? bigint : D extends 'bool' ? boolean : number {
    if (indices.length !== this.rank) {
      throw argumentError('at', `${this.rank} indices are needed, one per axis`, {
        indices,
        shape: this.shape,
      });
    }
    let offset = 0;
    for (let axis = 0; axis < indices.length; axis++) {
      const dim = this.shape[axis] as number;
      offset = offset * dim + axisIn('at', indices[axis], dim, `index ${axis}`);
    }
    const value = (this.data as TypedArray)[offset];
    return (this.dtype === 'bool' ? value !== 0 : value) as never;
  }

  /** Nested arrays (a number for a scalar). */
  toArray(): NestedArray {
    const data = this.data as TypedArray;
    let offset = 0;
    const build = (axis: number): NestedArray => {
      if (axis === this.rank) {
        const value = data[offset++] as number | bigint;
        return this.dtype === 'bool' ? value !== 0 : value;
      }
      return Array.from({ length: this.shape[axis] as number }, () => build(axis + 1));
    };
    return build(0);
  }

  /** NumPy-like text; long axes are shortened. */
  toString(): string {
    return formatTensor(this as unknown as Tensor);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** A typed array, of zeros unless `make` knows better, or ERR_SHAPE when no machine could hold it. */
export function allocate<D extends DType>(
  op: string,
  dtype: D,
  shape: readonly number[],
  make?: (length: number) => TypedArrays[D] | undefined,
): TypedArrays[D] {
  const bytes = sizeOf(op, shape) * bytesPerElement(dtype);
  const tooBig = (cause?: unknown) =>
    Object.assign(
      shapeError(
        op,
        `the result would need ${(bytes / 2 ** 30).toPrecision(3)} GiB of memory`,
        { shape },
        'Split the batch, or check the shape',
      ),
      { cause },
    );
  if (bytes > memoryLimit()) throw tooBig();
  try {
    const length = bytes / bytesPerElement(dtype);
    return make?.(length) ?? (new (arrayType(dtype))(length) as TypedArrays[D]);
  } catch (cause) {
    throw tooBig(cause);
  }
}
