import { readOptions } from '../check.js';
import { argumentError } from '../errors.js';
import { InputLayer } from '../graph/input.js';
import { graphBetween } from '../graph/order.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import type { Layer, LayerConfig } from '../layers/layer.js';
import { registerLayer } from '../layers/registry.js';
import type { DType } from '../tensor/dtype.js';
import { graphConfig, graphFromConfig, needConfig } from './config.js';
import { Network } from './network.js';
import type { NetworkOptions } from './options.js';
import { flatten, type NetworkGraph, type Packing } from './structure.js';
import type { AnyStructure } from './typed.js';

export interface ModelOptions<I extends AnyStructure = AnyStructure, O extends AnyStructure = AnyStructure>
  extends NetworkOptions {
  /** What `Input` returned: one, a list, or a record by name. */
  readonly inputs: I;
  /** What layers made of it; `predict` returns tensors in the same structure. */
  readonly outputs: O;
}

/**
 * A model from a graph of layers: several inputs and outputs, shared layers and other models as layers.
 *
 * @example
 * const image = Input({ shape: [28, 28, 1] });
 * const features = new Flatten().apply(image);
 * const model = new Model({ inputs: image, outputs: new Dense({ units: 10 }).apply(features) });
 */
export class Model<
  const I extends AnyStructure = AnyStructure,
  const O extends AnyStructure = AnyStructure,
> extends Network<I, O> {
  static override className = 'Model';
  readonly layers: readonly Layer[];
  protected readonly graph: NetworkGraph;
  readonly #inputPacking: Packing;

  /**
   * @param options `inputs` and `outputs` (one symbolic tensor, a list, or a record by name), `name`, `trainable`, `precision`, `device`
   * @throws ERR_ARGUMENT when the outputs depend on an input that is not listed, or two layers share a name
   */
  constructor(options: ModelOptions<I, O>) {
    const { inputs, outputs, ...rest } = readOptions('Model', options, [
      'inputs',
      'outputs',
      'name',
      'trainable',
      'precision',
      'device',
    ]);
    super(rest);
    const from = flatten(this.label, 'inputs', inputs);
    const to = flatten(this.label, 'outputs', outputs);
    for (const tensor of from.tensors) {
      if (!(tensor.producer.layer instanceof InputLayer)) {
        throw argumentError(
          this.label,
          `"${tensor.name}" is no input`,
          undefined,
          'Inputs are made by Input({ shape })',
        );
      }
    }
    if (new Set(from.tensors).size !== from.tensors.length) {
      throw argumentError(this.label, 'an input is listed twice', {
        inputs: from.tensors.map(({ name }) => name),
      });
    }
    const { nodes, layers } = graphBetween(this.label, from.tensors, to.tensors);
    this.layers = layers;
    this.graph = {
      inputs: from.tensors,
      inputNames: from.packing.names,
      outputs: to.tensors,
      packing: to.packing,
      nodes,
    };
    this.#inputPacking = from.packing;
    this.built = true;
  }

  override get inputDType(): DType {
    return (this.inputs[0] as SymbolicTensor).dtype;
  }

  override getConfig(): LayerConfig {
    const { inputs, outputs, packing, nodes } = this.graph;
    const graph = graphConfig(this.layers, nodes, {
      inputs,
      inputPacking: this.#inputPacking,
      outputs,
      packing,
    });
    return { name: this.name, trainable: this.trainable, precision: this.precision, ...graph };
  }

  /** A model from what `getConfig` returned, with fresh weights. @throws ERR_FORMAT when it has another form */
  static override fromConfig(config: LayerConfig): Model {
    const json = needConfig('Model', config);
    const { inputs, outputs } = graphFromConfig('Model', json);
    const { name, trainable, precision } = json;
    return new Model({ inputs, outputs, name, trainable, precision } as ModelOptions);
  }
}

registerLayer(Model as unknown as Parameters<typeof registerLayer>[0]);
