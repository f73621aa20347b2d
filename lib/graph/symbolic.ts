import { argumentError } from '../errors.js';
import type { Layer, Symbolic, TensorSpec } from '../layers/layer.js';
import type { SymbolicKind, symbolicKind } from '../layers/rule.js';
import type { As } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/tensor.js';

let nextId = 0;

/** One call of a layer in a graph. A layer that is called twice has two of them and one set of weights. */
export class CallNode {
  readonly id = nextId++;
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  /** Whether the layer was given a lone tensor and not a list. */
  readonly single: boolean;
  readonly outputs: readonly SymbolicTensor[];

  constructor(
    layer: Layer,
    inputs: readonly SymbolicTensor[],
    single: boolean,
    outputs: readonly TensorSpec[],
  ) {
    this.layer = layer;
    this.inputs = inputs;
    this.single = single;
    this.outputs = outputs.map((spec, index) => new SymbolicTensor(spec, this, index));
  }
}

/** What a layer makes of a symbolic tensor, in types. */
interface Kind extends SymbolicKind {
  readonly type: SymbolicTensor<As<this['shape'], Shape>, As<this['dtype'], DType>>;
}

/**
 * A tensor of a graph: a shape and a dtype, and the call that will produce its values. Made by `Input` and by layers.
 * The batch is `null` in `S`; a variable that holds one tensor after another must be declared as `SymbolicTensor`.
 */
export class SymbolicTensor<S extends Shape = Shape, D extends DType = DType> implements Symbolic {
  declare readonly [symbolicKind]: Kind;
  readonly shape: Readonly<S>;
  readonly dtype: D;
  readonly producer: CallNode;
  /** Which output of its producer it is. */
  readonly index: number;

  constructor(spec: TensorSpec, producer: CallNode, index: number) {
    this.shape = Object.freeze([...spec.shape]) as unknown as Readonly<S>;
    this.dtype = spec.dtype as D;
    this.producer = producer;
    this.index = index;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The name of the layer that produces it. */
  get name(): string {
    return this.producer.layer.name;
  }

  /** @throws ERR_ARGUMENT: a symbolic tensor has no values, and ops take tensors */
  get data(): never {
    throw argumentError(
      'SymbolicTensor',
      'an op was given a symbolic tensor, which has no values',
      {
        name: this.name,
        shape: this.shape,
      },
      'Wrap the op in a Lambda layer: new Lambda({ function: (x) => ... }).apply(x)',
    );
  }

  connect(layer: Layer, inputs: readonly Symbolic[], single: boolean): readonly SymbolicTensor[] {
    for (const input of inputs) {
      if (!(input instanceof SymbolicTensor)) {
        throw argumentError(layer.name, 'its inputs must be all tensors or all symbolic tensors', { input });
      }
    }
    return new CallNode(
      layer,
      inputs as readonly SymbolicTensor[],
      single,
      layer.inferOutputs(inputs, single),
    ).outputs;
  }

  toString(): string {
    return `SymbolicTensor "${this.name}" ${this.dtype}[${this.shape.map(String).join(', ')}]`;
  }
}
