import { DeviceTensor, operandOf } from '../backend/device-tensor.js';
import type { Operand } from '../backend/native.js';
import { deviceError } from '../errors.js';
import type { DeviceName } from '../tensor/device.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';

/** Where the inputs of a run lie, all of them, and so its results. @throws ERR_DEVICE when the model cannot read them there */
export function placeOf(
  { label, inputs }: { readonly label: string; readonly inputs: readonly { readonly name: string }[] },
  tensors: readonly Tensor[],
  runsOn: DeviceName,
): DeviceName {
  const place = (tensors[0] as Tensor).device;
  if (tensors.some(({ device }) => device !== place)) {
    throw deviceError(
      label,
      'the inputs lie on different devices',
      Object.fromEntries(inputs.map(({ name }, i) => [name, (tensors[i] as Tensor).device])),
      `Bring them together with x.to('${runsOn}')`,
    );
  }
  if (place !== 'cpu' && place !== runsOn) {
    throw deviceError(
      label,
      `the input lies on ${place} and the model runs on the ${runsOn}`,
      { device: runsOn },
      `Use x.to('cpu'), or device "${place}" for the model`,
    );
  }
  return place;
}

/** Rows [begin, end) of a tensor with `rows` rows, as native takes them: the same memory. */
export function rowsOf(op: string, x: Tensor, rows: number, begin: number, end: number): Operand {
  if (begin === 0 && end === rows) return operandOf(op, x);
  const width = rows === 0 ? 0 : x.size / rows;
  if (x instanceof DeviceTensor) return x.operand(op, begin * width);
  return (x.data as TypedArray).subarray(begin * width, end * width);
}

/** What tensors that share memory have in common. */
export const memoryOf = (x: Tensor): object =>
  x instanceof DeviceTensor ? x.identity : (x.data as TypedArray).buffer;

/** Whether a run in flight reads the memory itself, not a copy. */
export const isHeld = (x: Tensor): boolean => x instanceof DeviceTensor && x.isHeld;

/** Keeps the memory of tensors for a run in flight, until the function that it returns is called. */
export function held(tensors: readonly Tensor[]): () => void {
  const there = tensors.filter((x) => x instanceof DeviceTensor);
  for (const x of there) x.hold();
  return () => {
    for (const x of there) x.release();
  };
}
