import { argumentError, stateError } from '../errors.js';
import { InputLayer, type InputOptions } from '../graph/input.js';
import { type CallNode, SymbolicTensor } from '../graph/symbolic.js';
import {
  type CallContext,
  Layer,
  type LayerConfig,
  type ShapeOrList,
  type TensorOrList,
} from '../layers/layer.js';
import { deserializeLayer, registerLayer, serializeLayer } from '../layers/registry.js';
import type { ChainRule, SignatureRule, shapeRule } from '../layers/rule.js';
import type { IsAny, IsOpen } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import { type Shape, Tensor } from '../tensor/tensor.js';
import { needConfig, needList } from './config.js';
import { Network } from './network.js';
import type { NetworkOptions } from './options.js';
import type {
  Added,
  CheckAdded,
  CheckLayers,
  Flow,
  IsNew,
  LayersOf,
  SequentialEntry,
  StackInput,
  StackOutput,
} from './stack.js';
import type { NetworkGraph } from './structure.js';
import type { NoShape } from './typed.js';

export type { SequentialEntry } from './stack.js';

export interface SequentialOptions extends NetworkOptions {
  readonly layers?: readonly SequentialEntry[];
}

/**
 * A stack of layers, each with one input and one output.
 *
 * Shapes are inferred at once when the first entry is `Input(...)` or the first layer has an `inputShape`, and otherwise
 * when the model first sees an input or `build` is called.
 *
 * @example
 * const model = new Sequential([
 *   new Conv2D({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
 *   new Flatten(),
 *   new Dense({ units: 10, activation: 'softmax' }),
 * ]);
 * model.outputShape; // [null, 10]
 */
export class SequentialModel<
  In extends Shape = Shape,
  Out extends Shape = Shape,
  InD extends DType = DType,
  OutD extends DType = DType,
> extends Network<SymbolicTensor<In, InD>, SymbolicTensor<Out, OutD>> {
  static override className = 'Sequential';
  #input: InputLayer | undefined;
  readonly #layers: Layer[] = [];
  /** The output of the input and of each layer, as far as shapes are known. */
  #tensors: SymbolicTensor[] = [];
  #graph: NetworkGraph | undefined;

  /**
   * @param layers the layers in order, or `{ layers, name, trainable, precision, device }`
   * @throws ERR_SHAPE when a layer does not take what the one before gives, naming it; ERR_ARGUMENT for what is no layer
   */
  constructor(layers: readonly SequentialEntry[] | SequentialOptions = []) {
    const { layers: list = [], ...options } = Array.isArray(layers)
      ? { layers }
      : (layers as SequentialOptions);
    super(options);
    needList(this.label, 'layers', list);
    for (const layer of list) this.#add(layer);
  }

  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /**
   * Adds a layer at the end.
   *
   * @param entry a layer, or `Input(...)` when nothing was added before
   * @returns the model, of the type that it has now; a variable that held it keeps the type of before
   * @throws ERR_SHAPE when it does not take what the layer before gives; the model then stays as it was
   *
   * @example
   * const model = new Sequential().add(Input({ shape: [28, 28, 1] })).add(new Flatten());
   * model.outputShape; // [null, 784]
   */
  add<const E extends SequentialEntry>(
    entry: E & CheckAdded<Flow<Out, OutD>, E>,
  ): WithAdded<Flow<In, InD>, Flow<Out, OutD>, E>;
  add(entry: SequentialEntry): unknown {
    this.#add(entry);
    return this;
  }

  #add(entry: SequentialEntry): void {
    const layer = entry instanceof SymbolicTensor ? entry.producer.layer : entry;
    if (!(layer instanceof Layer) || (entry instanceof SymbolicTensor && !(layer instanceof InputLayer))) {
      throw argumentError(this.label, 'it is made of layers, and Input(...) as the first entry', {
        layer: entry,
      });
    }
    if (layer instanceof InputLayer) {
      if (this.#input !== undefined || this.#layers.length > 0) {
        throw argumentError(this.label, 'an input can only come first', { layers: this.#names() });
      }
      this.#input = layer;
      this.#tensors = [layer.output];
      return;
    }
    if (this.#layers.some(({ name }) => name === layer.name)) {
      throw argumentError(
        this.label,
        `two layers are called "${layer.name}"`,
        { layers: this.#names() },
        'Give one of them another name',
      );
    }
    const tensors = this.#tensors.length > 0 ? [...this.#tensors] : this.#ownInput(layer);
    if (tensors.length > 0) tensors.push(layer.apply(tensors.at(-1) as SymbolicTensor));
    this.#layers.push(layer);
    this.#connect(tensors);
  }

  /** Removes and returns the last layer. @throws ERR_STATE when there is none */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (layer === undefined) throw stateError(this.label, 'there is no layer to remove');
    this.#connect(this.#tensors.length > 1 ? this.#tensors.slice(0, -1) : []);
    return layer;
  }

  override get inputDType(): DType {
    return this.#tensors[0]?.dtype ?? this.#layers[0]?.inputDType ?? this.dtype;
  }

  /** The entry of a stack whose first layer says what it takes. */
  #ownInput(first: Layer): SymbolicTensor[] {
    const { inputShape, batchInputShape } = first.options;
    const nested = first instanceof Network && first.built ? first.inputShape : undefined;
    const batchShape = batchInputShape ?? (inputShape ? [null, ...inputShape] : nested);
    if (batchShape === undefined) return [];
    return [new InputLayer({ batchShape: batchShape as Shape, dtype: first.inputDType }).output];
  }

  #connect(tensors: SymbolicTensor[]): void {
    this.#tensors = tensors;
    this.#graph = undefined;
    this.built = this.#layers.length > 0 && tensors.length === this.#layers.length + 1;
  }

  #names(): string[] {
    return this.#layers.map(({ name }) => name);
  }

  /**
   * Infers all shapes and creates the weights.
   *
   * @param inputShape the shape of the input with the batch in front; `null` where a size varies
   * @throws ERR_SHAPE, naming the first layer that does not take its input; ERR_STATE without layers
   */
  override build(inputShape: ShapeOrList): void {
    if (this.#layers.length === 0) {
      throw stateError(
        this.label,
        'it has no layers and cannot be built',
        undefined,
        'Add one: model.add(layer)',
      );
    }
    if (this.built) return;
    const options: InputOptions = { batchShape: this.#oneShape(inputShape), dtype: this.inputDType };
    const tensors = [this.#input?.output ?? new InputLayer(options).output];
    for (const layer of this.#layers) tensors.push(layer.apply(tensors.at(-1) as SymbolicTensor));
    this.#connect(tensors);
    super.build(inputShape);
  }

  #oneShape(inputShape: ShapeOrList): Shape {
    if (!Array.isArray(inputShape[0])) return inputShape as Shape;
    if (inputShape.length === 1) return inputShape[0] as Shape;
    throw argumentError(this.label, 'it takes one input', { inputShape });
  }

  protected override prepare(shape?: Shape): void {
    if (!this.built && shape !== undefined && shape.length > 0) this.build([null, ...shape.slice(1)]);
  }

  /** Built by a call, it takes other batches than the one of that call too. */
  protected override callOn(inputs: TensorOrList, context?: CallContext): TensorOrList {
    if (inputs instanceof Tensor) this.prepare(inputs.shape);
    return super.callOn(inputs, context);
  }

  protected get graph(): NetworkGraph {
    if (!this.built) {
      const empty = this.#layers.length === 0;
      throw stateError(
        this.label,
        empty ? 'it has no layers' : 'its shapes are not known yet',
        undefined,
        empty ? 'Add one: model.add(layer)' : 'Give the first layer an inputShape, or call build(inputShape)',
      );
    }
    if (this.#graph === undefined) {
      const [input, output] = [this.#tensors[0], this.#tensors.at(-1)] as [SymbolicTensor, SymbolicTensor];
      this.#graph = {
        inputs: [input],
        inputNames: [input.name],
        outputs: [output],
        packing: { kind: 'one', names: [output.name] },
        nodes: this.#tensors.map(({ producer }): CallNode => producer),
      };
    }
    return this.#graph;
  }

  override getConfig(): LayerConfig {
    const layers = this.#layers.map(serializeLayer);
    return {
      name: this.name,
      trainable: this.trainable,
      precision: this.precision,
      layers: this.#input === undefined ? layers : [serializeLayer(this.#input), ...layers],
      ...(this.built ? { buildInputShape: [...(this.#tensors[0] as SymbolicTensor).shape] } : {}),
    };
  }

  /** A model from what `getConfig` returned, with fresh weights. @throws ERR_FORMAT when it has another form */
  static override fromConfig(config: LayerConfig): SequentialModel {
    const { name, trainable, precision, layers, buildInputShape } = needConfig('Sequential', config);
    const list = needList('Sequential', 'layers', layers).map(deserializeLayer);
    const model = new SequentialModel({ layers: list, name, trainable, precision } as SequentialOptions);
    if (buildInputShape !== undefined && !model.built && list.length > 0)
      model.build(buildInputShape as Shape);
    return model;
  }
}

/** The stack whose input and output are these. */
type FromFlows<In, Out> =
  In extends Flow<infer S extends Shape, infer D extends DType>
    ? Out extends Flow<infer T extends Shape, infer E extends DType>
      ? Sequential<S, T, D, E>
      : never
    : never;

/** A stack with one more entry. */
type WithAdded<In, Out, E> = FromFlows<
  In extends Flow<infer S, unknown> ? (IsNew<S> extends true ? StackInput<readonly [E]> : In) : never,
  Added<Out, E>
>;

/** A stack of layers whose input is not known yet. It can be called as a layer, and gives what its layers give one after another. */
export interface SequentialBlock<L extends readonly unknown[]> extends Sequential {
  readonly [shapeRule]: ChainRule<L> & SignatureRule<SymbolicTensor, SymbolicTensor>;
}

type StackOrBlock<L extends readonly unknown[]> = L extends readonly [unknown, ...unknown[]]
  ? StackInput<L> extends Flow<infer S, unknown>
    ? IsOpen<S> extends true
      ? SequentialBlock<L>
      : FromFlows<StackInput<L>, StackOutput<L>>
    : never
  : FromFlows<StackInput<L>, StackOutput<L>>;

/** The Sequential of a list of layers, or of options with one. */
export type SequentialOf<A> =
  IsAny<A> extends true
    ? Sequential<NoShape, NoShape>
    : A extends unknown
      ? StackOrBlock<LayersOf<A>>
      : never;

/** The class `Sequential`: its constructor infers shapes from the list of layers. */
export interface SequentialClass {
  /**
   * @param layers the layers in order, or `{ layers, name, trainable, precision, device }`
   * @throws ERR_SHAPE when a layer does not take what the one before gives, naming it; ERR_ARGUMENT for what is no layer
   */
  // biome-ignore lint/suspicious/noExplicitAny: the type argument of a subclass of Sequential, which has no list
  new <const A extends readonly SequentialEntry[] | SequentialOptions = any>(
    layers?: A & CheckLayers<A>,
  ): SequentialOf<A>;
  readonly prototype: SequentialModel;
  className: string;
  fromConfig(config: LayerConfig): SequentialModel;
}

// The constructor's types say more than a class can: the shapes depend on the list.
export const Sequential = SequentialModel as unknown as SequentialClass;
/** What `new Sequential(...)` makes: a stack that takes `In` and gives `Out`, the batch being `null`. */
export interface Sequential<
  In extends Shape = Shape,
  Out extends Shape = Shape,
  InD extends DType = DType,
  OutD extends DType = DType,
> extends SequentialModel<In, Out, InD, OutD> {}

registerLayer(SequentialModel as unknown as Parameters<typeof registerLayer>[0]);
