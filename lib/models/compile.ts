import { addon } from '../backend/load.js';
import type { CompileOptions, NativePlan } from '../backend/native.js';
import { argumentError } from '../errors.js';
import type { TensorSpec } from '../layers/layer.js';
import { bytesPerElement } from '../tensor/dtype.js';
import { sizeOf, type Tensor } from '../tensor/tensor.js';
import { Trace, TracedTensor, type TraceNode } from '../tensor/traced.js';
import { holdTransposes } from './layout.js';
import { lower, withOwnOutputs, withoutDeadNodes } from './lower.js';

/** What is compiled: a name for messages and the function from inputs to outputs, written in ops. */
export interface Traceable {
  readonly label: string;
  trace(inputs: readonly Tensor[]): readonly Tensor[];
}

/** The nodes of a model for inputs of known shapes. */
export interface TracedGraph {
  readonly inputs: readonly TracedTensor[];
  readonly nodes: readonly TraceNode[];
  readonly outputs: readonly TracedTensor[];
}

/** A model made ready for inputs of certain shapes. */
export interface Compiled {
  readonly plan: NativePlan;
  readonly outputs: readonly TensorSpec[];
}

/** Runs the model on shapes alone and simplifies what was recorded. */
export function traceGraph(model: Traceable, specs: readonly TensorSpec[]): TracedGraph {
  const trace = new Trace();
  const inputs = specs.map(({ shape, dtype }) => trace.input(shape, dtype));
  const outputs = model.trace(inputs);
  for (const output of outputs) {
    if (output instanceof TracedTensor && output.trace !== trace) {
      throw argumentError(model.label, 'an output belongs to another model or trace');
    }
  }
  const held = holdTransposes(trace, trace.nodes, outputs);
  const owned = withOwnOutputs(trace, withoutDeadNodes(held.nodes, held.outputs), held.outputs);
  return { inputs, nodes: owned.nodes, outputs: owned.outputs };
}

/** Traces the model and has native make a plan of it. */
export function compile(
  model: Traceable,
  specs: readonly TensorSpec[],
  options: Omit<CompileOptions, 'batch'>,
): Compiled {
  const { inputs, nodes, outputs } = traceGraph(model, specs);
  const plan = addon().compile(lower(inputs, nodes, outputs), { ...options, batch: sharedBatch(specs) });
  return { plan, outputs: outputs.map(({ shape, dtype }) => ({ shape, dtype })) };
}

/** Dimension 0 when all inputs share it: native may then split the batch where the ops keep samples apart. */
function sharedBatch(specs: readonly TensorSpec[]): number {
  const batch = specs[0]?.shape[0];
  return typeof batch === 'number' && specs.every(({ shape }) => shape[0] === batch) ? batch : 0;
}

/** The most bytes of activations that one node reads and writes. */
export function peakBytes({ nodes }: TracedGraph): number {
  const bytes = (x: Tensor) => sizeOf('model', x.shape as readonly number[]) * bytesPerElement(x.dtype);
  let peak = 1;
  for (const node of nodes) {
    const traced = node.inputs.filter((input) => input instanceof TracedTensor);
    peak = Math.max(
      peak,
      [...traced, ...node.outputs].reduce((sum, x) => sum + bytes(x), 0),
    );
  }
  return peak;
}
