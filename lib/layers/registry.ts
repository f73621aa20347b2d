import { argumentError, formatError } from '../errors.js';
import type { Layer, LayerConfig } from './layer.js';

/** A class that `fromConfig` can rebuild. */
export interface LayerClass {
  readonly className: string;
  fromConfig(config: LayerConfig): Layer;
}

/** A layer as JSON: the class and what `getConfig` returned. */
export interface SerializedLayer {
  readonly className: string;
  readonly config: LayerConfig;
}

const classes = new Map<string, LayerClass>();

/**
 * Makes layer classes known to `fromConfig` and to the loaders. Layerwise registers its own.
 *
 * @param added classes with a static `className` of their own
 * @throws ERR_ARGUMENT when the name belongs to another class
 *
 * @example
 * class Twice extends Layer {
 *   static className = 'Twice';
 *   constructor(options = {}) {
 *     super(options, []);
 *   }
 *   call(inputs) {
 *     return mul(this.oneInput(inputs), 2);
 *   }
 * }
 * registerLayer(Twice);
 * deserializeLayer({ className: 'Twice', config: { name: 'twice' } }).name; // "twice"
 */
export function registerLayer(...added: readonly LayerClass[]): void {
  for (const layer of added) {
    const known = classes.get(layer.className);
    if (!Object.hasOwn(layer, 'className') || (known !== undefined && known !== layer)) {
      throw argumentError(
        'registerLayer',
        known === undefined
          ? 'the class needs a static className of its own'
          : 'another class is registered under this name',
        { className: layer.className },
      );
    }
    classes.set(layer.className, layer);
  }
}

/** The names of the registered classes. */
export const registeredLayers = (): string[] => [...classes.keys()];

/** The class of a name, if one is registered. */
export const layerClass = (className: string): LayerClass | undefined => classes.get(className);

/**
 * A layer from its JSON.
 *
 * @throws ERR_FORMAT when the JSON has another form or its class is not registered
 */
export function deserializeLayer(json: unknown): Layer {
  const { className, config } = (json ?? {}) as Partial<SerializedLayer>;
  if (
    typeof className !== 'string' ||
    typeof config !== 'object' ||
    config === null ||
    Array.isArray(config)
  ) {
    throw formatError('deserializeLayer', 'a layer is { className, config }', { className, config });
  }
  const found = classes.get(className);
  if (found === undefined) {
    throw formatError(
      'deserializeLayer',
      `there is no layer class "${className}"`,
      undefined,
      'Register your own classes with registerLayer',
    );
  }
  return found.fromConfig(config);
}

/** The JSON of a layer. */
export function serializeLayer(layer: Layer): SerializedLayer {
  return { className: layer.className, config: layer.getConfig() };
}
