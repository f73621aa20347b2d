import type { LayerConfig } from '../../../../lib/index.js';
import { camel } from './args.js';

// Keras's constructor arguments, and the configs it writes, as options of our layers.

/** Options whose `None` is not the same as leaving them out. */
const NULL_MATTERS = new Set(['units', 'output_dim', 'negative_slope', 'target_shape']);

/** What concerns training, masks or storage. */
const DROPPED =
  /_(regularizer|constraint)$|^(mask|autocast|quantization_config|renorm_momentum|synchronized|sparse|ragged|optional|seed|lora_rank|module|registered_name|build_config)$/;

/** Names that are spelt in snake case as values: data formats, activations, initialisers. */
const NAMED = /^(data_format|activation)$|_initializer$/;

interface Serialized {
  readonly class_name: string;
  readonly config?: Record<string, unknown>;
}

const isSerialized = (value: unknown): value is Serialized =>
  typeof value === 'object' && value !== null && 'class_name' in value;

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** An initialiser, a dtype policy or an activation as an object of Keras's. */
function fromObject(name: string, { class_name, config = {} }: Serialized): unknown {
  if (name === 'dtype') return config.name;
  return { className: lowerFirst(class_name), config: toOptions(config) };
}

function optionValue(name: string, value: unknown): unknown {
  if (isSerialized(value)) return fromObject(name, value);
  return typeof value === 'string' && NAMED.test(name) ? camel(value) : value;
}

/** `{ kernel_size: 3, data_format: 'channels_last' }` to `{ kernelSize: 3, dataFormat: 'channelsLast' }`. */
export function toOptions(config: Readonly<Record<string, unknown>>): LayerConfig {
  const kept = Object.entries(config).filter(
    ([name, value]) => !DROPPED.test(name) && (value !== null || NULL_MATTERS.has(name)),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [camel(name === 'keepdims' ? 'keep_dims' : name), optionValue(name, value)]),
  );
}
