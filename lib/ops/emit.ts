import { keeping, resultTensors } from '../backend/device-tensor.js';
import { nameOf, runNode } from '../backend/eager.js';
import { argumentError, deviceError } from '../errors.js';
import type { DeviceName } from '../tensor/device.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import { type Attrs, TracedTensor } from '../tensor/traced.js';

/** One op, described once: the eager way runs it as a plan of one node, a trace records it. */
export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attrs?: Attrs;
  readonly outputs: readonly { readonly shape: Shape; readonly dtype: DType }[];
}

const NO_ATTRS: Attrs = Object.freeze({});

/** The only way an op reaches a backend. Shapes are inferred and checked before. */
export function emit(spec: NodeSpec): Tensor[] {
  const attrs = spec.attrs ?? NO_ATTRS;
  const traced = spec.inputs.find((input) => input instanceof TracedTensor) as TracedTensor | undefined;
  if (traced !== undefined) {
    const trace = traced.trace;
    for (const input of spec.inputs) {
      if (input instanceof TracedTensor && input.trace !== trace) {
        throw argumentError(spec.op, 'the tensors belong to two different models or traces');
      }
    }
    const outputs = spec.outputs.map(({ shape, dtype }) => new TracedTensor(trace, shape, dtype));
    trace.nodes.push({ op: spec.op, inputs: spec.inputs, attrs, outputs, name: trace.scope });
    return outputs;
  }
  if (spec.op === 'reshape')
    throw argumentError('reshape', 'an eager reshape shares its buffer and needs no node');
  return keeping(resultTensors(spec.op, spec.outputs, commonDevice(spec)), (outputs) =>
    runNode(spec.op, attrs, spec.inputs, outputs),
  );
}

/** Where all operands lie. A scalar may lie on the CPU beside tensors of a GPU: it goes there with the run. */
function commonDevice({ op, attrs, inputs }: NodeSpec): DeviceName {
  const there = inputs.find(({ device }) => device !== 'cpu');
  if (there === undefined) return 'cpu';
  if (inputs.every(({ device, rank }) => device === there.device || rank === 0)) return there.device;
  throw deviceError(
    nameOf(op, attrs ?? NO_ATTRS),
    'the operands lie on different devices',
    { operands: inputs.map(({ device, dtype, shape }) => `${device} ${dtype} [${shape.join(', ')}]`) },
    "Bring them together with x.to('cuda') or x.to('cpu')",
  );
}

/** `emit` for the ops with one output. */
export function emitOne(spec: NodeSpec): Tensor {
  return emit(spec)[0] as Tensor;
}
