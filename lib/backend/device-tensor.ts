import { oneOf } from '../check.js';
import { deviceError, stateError } from '../errors.js';
import { DEVICES, type DeviceName, setUpload } from '../tensor/device.js';
import { bytesPerElement, type DType, type TypedArray, type TypedArrays } from '../tensor/dtype.js';
import { type Shape, sizeOf, Tensor } from '../tensor/tensor.js';
import { addon } from './load.js';
import type { NativeMemory, NativeOperand, Operand } from './native.js';
import { resultMemory } from './results.js';

/** What tensors of the same memory share: whether it is there still. */
interface Memory {
  readonly handle: NativeMemory;
  disposed: boolean;
  /** How many runs in flight use it. */
  holds: number;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** A tensor whose values lie in a GPU's memory: `to('cpu')` brings them here. */
export class DeviceTensor extends Tensor {
  readonly #memory: Memory;

  private constructor(memory: Memory, shape: Shape, dtype: DType) {
    super(undefined, shape, dtype);
    this.#memory = memory;
  }

  /** Of any content. @throws ERR_DEVICE with the reason when there is no device, or no room there */
  static make(op: string, dtype: DType, shape: readonly number[]): DeviceTensor {
    const handle = addon().deviceMemory('cuda', sizeOf(op, shape) * bytesPerElement(dtype));
    return new DeviceTensor({ handle, disposed: false, holds: 0 }, shape, dtype);
  }

  /** A copy of a tensor of this process. */
  static from(x: Tensor): DeviceTensor {
    const data = x.data as TypedArray;
    const there = DeviceTensor.make('to', x.dtype, x.shape as readonly number[]);
    addon().writeMemory(there.#memory.handle, bytesOf(data));
    return there;
  }

  override get isTraced(): boolean {
    return false;
  }

  override get device(): DeviceName {
    return 'cuda';
  }

  override get isDisposed(): boolean {
    return this.#memory.disposed;
  }

  override get data(): TypedArrays[DType] {
    this.#living('Tensor');
    throw deviceError(
      'Tensor',
      'the values of a tensor on cuda lie in the memory of the GPU',
      { shape: this.shape, device: this.device },
      "Use x.to('cpu')",
    );
  }

  override to(device: DeviceName): Tensor {
    const wanted = oneOf('to', 'device', device, DEVICES);
    const { handle } = this.#living('to');
    if (wanted === this.device) return this;
    const data = resultMemory('to', this.dtype, this.shape as readonly number[]);
    addon().readMemory(handle, bytesOf(data as TypedArray));
    return new Tensor(data, this.shape, this.dtype) as Tensor;
  }

  override dispose(): void {
    if (this.#memory.disposed) return;
    this.#memory.disposed = true;
    if (this.#memory.holds === 0) addon().disposeMemory(this.#memory.handle);
  }

  /** Whether a run in flight uses the memory. */
  get isHeld(): boolean {
    return this.#memory.holds > 0;
  }

  /** For a run in flight: what is disposed of before `release` is freed then. */
  hold(): void {
    this.#memory.holds++;
  }

  release(): void {
    if (--this.#memory.holds === 0 && this.#memory.disposed) addon().disposeMemory(this.#memory.handle);
  }

  /** The same memory under another shape of as many elements. */
  withShape(shape: Shape): DeviceTensor {
    return new DeviceTensor(this.#living('reshape'), shape, this.dtype);
  }

  /** The memory as native takes it, from an element on; whoever calls knows what is behind it. */
  operand(op: string, from = 0): NativeOperand {
    return { memory: this.#living(op).handle, offset: from * bytesPerElement(this.dtype) };
  }

  /** What two tensors of the same memory have in common. */
  get identity(): object {
    return this.#memory;
  }

  #living(op: string): Memory {
    if (!this.#memory.disposed) return this.#memory;
    throw stateError(op, 'the tensor was disposed of', { shape: this.shape, device: this.device });
  }
}

setUpload((x) => DeviceTensor.from(x));

/** Memory for results, of any content, on a device: all of it, or an error and none. */
export function resultTensors(
  op: string,
  specs: readonly { readonly shape: Shape; readonly dtype: DType }[],
  device: DeviceName,
): Tensor[] {
  return keeping([], (made) => {
    for (const { shape, dtype } of specs) {
      const sizes = shape as readonly number[];
      if (device === 'cpu') made.push(new Tensor(resultMemory(op, dtype, sizes), shape, dtype) as Tensor);
      else made.push(DeviceTensor.make(op, dtype, sizes));
    }
  });
}

/** Fills tensors that nobody has seen yet, and gives them back; disposes of them when that fails. */
export function keeping(tensors: Tensor[], fill: (tensors: Tensor[]) => void): Tensor[] {
  try {
    fill(tensors);
    return tensors;
  } catch (error) {
    for (const tensor of tensors) tensor.dispose();
    throw error;
  }
}

/** A tensor as native takes it. */
export function operandOf(op: string, x: Tensor): Operand {
  return x instanceof DeviceTensor ? x.operand(op) : (x.data as TypedArray);
}
