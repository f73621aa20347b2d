import type { DType } from './dtype.js';
import { type Shape, Tensor } from './tensor.js';

/** One node of a trace: what an op asked for, before anything runs. Shapes may hold `null` while only shapes are traced. */
export interface TraceNode {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attrs: Attrs;
  readonly outputs: readonly TracedTensor[];
  readonly name: string;
}

export type Attr = number | boolean | string | readonly number[];
export type Attrs = Readonly<Record<string, Attr>>;

/** The list that traced ops append to, in execution order. */
export class Trace {
  readonly nodes: TraceNode[] = [];
  /** Name of the layer that is being called; nodes carry it for summaries, profiles and errors. */
  scope = '';

  input(shape: Shape, dtype: DType): TracedTensor {
    return new TracedTensor(this, shape, dtype);
  }
}

/** A tensor of a trace: a shape and a dtype, no values. Its shape may hold `null`. */
export class TracedTensor extends Tensor {
  readonly trace: Trace;

  constructor(trace: Trace, shape: Shape, dtype: DType) {
    super(undefined, shape, dtype);
    this.trace = trace;
  }
}
