import { finite, integer, knownOptions, oneOf } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import { Generator } from '../tensor/random.js';
import { allocate, sizeOf, Tensor } from '../tensor/tensor.js';

/** The dtypes a weight can have. */
export type WeightDType = 'float32' | 'float64';

/** Fills a new weight. `create` is deterministic: a seed gives the same numbers on every machine. */
export interface Initializer {
  readonly className: string;
  create(shape: readonly number[], dtype?: WeightDType): Tensor;
  /**
   * `create` in two steps: takes the seed now and draws the numbers when the result is called, so that weights that a
   * file replaces are never drawn and the others do not depend on who reads them first. Optional for own initialisers.
   */
  prepare?(shape: readonly number[], dtype?: WeightDType): () => Tensor;
  /** The parts that `initializer({ className, config })` rebuilds this initialiser from. */
  getConfig(): Record<string, unknown>;
}

export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'identity'
  | 'orthogonal'
  | 'randomUniform'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal';

/** What a layer's `...Initializer` option takes: a name, a class with its arguments, or an initialiser. */
export type InitializerOption =
  | InitializerName
  | { readonly className: string; readonly config?: Readonly<Record<string, unknown>> }
  | Initializer;

type Fill = (out: Numbers, shape: readonly number[], random: Generator) => void;
type Config = Readonly<Record<string, unknown>>;
type Distribution = 'uniform' | 'untruncatedNormal' | 'truncatedNormal';
type Mode = 'fanIn' | 'fanOut' | 'fanAvg';

/** The standard deviation of a normal distribution cut at two standard deviations. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

let nextSeed = 1;

/**
 * Restarts the sequence of seeds that initialisers without a `seed` of their own take, one per weight.
 * It starts at 1, so a program that builds the same layers in the same order gets the same weights.
 *
 * @example
 * setRandomSeed(7);
 * const layer = new Dense({ units: 3, inputShape: [2] });
 */
export function setRandomSeed(seed: number): void {
  nextSeed = integer('setRandomSeed', 'seed', seed, 0);
}

function seedOf(label: string, config: Config): { seed: number | null; draw: () => number } {
  const { seed = null } = config;
  if (seed === null) return { seed: null, draw: () => nextSeed++ };
  const checked = integer(label, 'seed', seed, 0);
  return { seed: checked, draw: () => checked };
}

function numberOf(label: string, config: Config, name: string, fallback: number): number {
  return finite(label, name, config[name] ?? fallback);
}

function make(className: string, config: Record<string, unknown>, fill: Fill, draw = () => 0): Initializer {
  const prepare = (shape: readonly number[], dtype: WeightDType = 'float32') => {
    const seed = draw();
    return () => {
      const data = allocate(className, dtype, shape);
      fill(data, shape, new Generator(seed));
      return new Tensor(data, shape, dtype);
    };
  };
  return {
    className,
    getConfig: () => ({ ...config }),
    prepare,
    create: (shape, dtype) => prepare(shape, dtype)(),
  };
}

type Numbers = Float32Array | Float64Array;

/** Numbers of [low, high). */
function fillUniform(out: Numbers, random: Generator, low: number, high: number): void {
  const step = (high - low) / 2 ** 32;
  for (let i = 0; i < out.length; i++) out[i] = low + step * random.uint32();
}

function fillNormal(out: Numbers, random: Generator, mean: number, deviation: number): void {
  for (let i = 0; i < out.length; i++) out[i] = mean + deviation * random.normal();
}

/** As normal numbers, drawing again whatever lies more than two deviations from the mean. */
function fillTruncatedNormal(out: Numbers, random: Generator, mean: number, deviation: number): void {
  for (let i = 0; i < out.length; ) {
    const value = random.normal();
    if (Math.abs(value) <= 2) out[i++] = mean + deviation * value;
  }
}

/**
 * Fan in and fan out of a weight: its last two sizes times the receptive field before them.
 * A weight of rank 1 has its length for both.
 */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0] as number, fanOut: shape[0] as number };
  const field = sizeOf('initializer', shape.slice(0, -2));
  return { fanIn: (shape.at(-2) as number) * field, fanOut: (shape.at(-1) as number) * field };
}

function scaled(
  className: string,
  config: Config,
  given: [scale: number, mode: Mode, kind: Distribution],
): Initializer {
  const { seed, draw } = seedOf(className, config);
  const [scale, mode, kind] = given;
  const fill: Fill = (out, shape, source) => {
    const { fanIn, fanOut } = fans(shape);
    const fan = mode === 'fanIn' ? fanIn : mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
    const variance = scale / Math.max(1, fan);
    if (kind === 'uniform') fillUniform(out, source, -Math.sqrt(3 * variance), Math.sqrt(3 * variance));
    else if (kind === 'untruncatedNormal') fillNormal(out, source, 0, Math.sqrt(variance));
    else fillTruncatedNormal(out, source, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION);
  };
  const own = className === 'VarianceScaling' ? { scale, mode, distribution: kind } : {};
  return make(className, { ...own, seed }, fill, draw);
}

function fillIdentity(gain: number): Fill {
  return (out, shape) => {
    if (shape.length !== 2) {
      throw shapeError('Identity', 'only a weight of rank 2 can start as the identity matrix', { shape });
    }
    const [rows, columns] = shape as readonly [number, number];
    for (let i = 0; i < Math.min(rows, columns); i++) out[i * columns + i] = gain;
  };
}

/** Orthonormal rows (or columns, of which there are fewer) by Gram-Schmidt, run twice to stay orthogonal in floating point. */
function fillOrthogonal(gain: number): Fill {
  return (out, shape, random) => {
    if (shape.length < 2) throw shapeError('Orthogonal', 'the weight must have at least rank 2', { shape });
    const columns = shape.at(-1) as number;
    const rows = columns === 0 ? 0 : out.length / columns;
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const basis = new Float64Array(count * length);
    fillNormal(basis, random, 0, 1);
    for (let i = 0; i < count; i++) {
      const vector = basis.subarray(i * length, (i + 1) * length);
      for (let j = 0; j < 2 * i; j++) {
        const other = basis.subarray((j % i) * length, ((j % i) + 1) * length);
        let dot = 0;
        for (let k = 0; k < length; k++) dot += (vector[k] as number) * (other[k] as number);
        for (let k = 0; k < length; k++) vector[k] = (vector[k] as number) - dot * (other[k] as number);
      }
      const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      for (let k = 0; k < length; k++) vector[k] = (vector[k] as number) / norm;
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const from = rows < columns ? row * length + column : column * length + row;
        out[row * columns + column] = gain * (basis[from] as number);
      }
    }
  };
}

type Factory = { known: readonly string[]; build: (className: string, config: Config) => Initializer };

const preset = (...given: [number, Mode, Distribution]): Factory => ({
  known: ['seed'],
  build: (className, config) => scaled(className, config, given),
});

const FACTORIES: Readonly<Record<string, Factory>> = {
  Zeros: { known: [], build: (className) => make(className, {}, () => {}) },
  Ones: { known: [], build: (className) => make(className, {}, (out) => void out.fill(1)) },
  Constant: {
    known: ['value'],
    build: (className, config) => {
      const value = numberOf(className, config, 'value', 0);
      return make(className, { value }, (out) => void out.fill(value));
    },
  },
  Identity: {
    known: ['gain'],
    build: (className, config) => {
      const gain = numberOf(className, config, 'gain', 1);
      return make(className, { gain }, fillIdentity(gain));
    },
  },
  Orthogonal: {
    known: ['gain', 'seed'],
    build: (className, config) => {
      const gain = numberOf(className, config, 'gain', 1);
      const { seed, draw } = seedOf(className, config);
      return make(className, { gain, seed }, fillOrthogonal(gain), draw);
    },
  },
  RandomUniform: {
    known: ['minval', 'maxval', 'seed'],
    build: (className, config) => {
      const minval = numberOf(className, config, 'minval', -0.05);
      const maxval = numberOf(className, config, 'maxval', 0.05);
      const { seed, draw } = seedOf(className, config);
      const fill: Fill = (out, _, random) => fillUniform(out, random, minval, maxval);
      return make(className, { minval, maxval, seed }, fill, draw);
    },
  },
  RandomNormal: normalFactory(fillNormal),
  TruncatedNormal: normalFactory(fillTruncatedNormal),
  VarianceScaling: {
    known: ['scale', 'mode', 'distribution', 'seed'],
    build: (className, config) => {
      const scale = numberOf(className, config, 'scale', 1);
      if (scale <= 0) throw argumentError(className, 'scale must be positive', { scale });
      const mode = oneOf(className, 'mode', config.mode ?? 'fanIn', ['fanIn', 'fanOut', 'fanAvg']);
      const kind = oneOf(className, 'distribution', config.distribution ?? 'truncatedNormal', [
        'uniform',
        'untruncatedNormal',
        'truncatedNormal',
      ]);
      return scaled(className, config, [scale, mode, kind]);
    },
  },
  GlorotUniform: preset(1, 'fanAvg', 'uniform'),
  GlorotNormal: preset(1, 'fanAvg', 'truncatedNormal'),
  HeUniform: preset(2, 'fanIn', 'uniform'),
  HeNormal: preset(2, 'fanIn', 'truncatedNormal'),
  LecunUniform: preset(1, 'fanIn', 'uniform'),
  LecunNormal: preset(1, 'fanIn', 'truncatedNormal'),
};

function normalFactory(kind: typeof fillNormal): Factory {
  return {
    known: ['mean', 'stddev', 'seed'],
    build: (className, config) => {
      const mean = numberOf(className, config, 'mean', 0);
      const stddev = numberOf(className, config, 'stddev', 0.05);
      const { seed, draw } = seedOf(className, config);
      return make(
        className,
        { mean, stddev, seed },
        (out, _, random) => kind(out, random, mean, stddev),
        draw,
      );
    },
  };
}

/**
 * The initialiser that an option names.
 *
 * @param label the layer, for messages
 * @param name the option, such as `kernelInitializer`
 * @param option `'heNormal'`, `{ className: 'HeNormal', config: { seed: 1 } }`, or an initialiser; names are those of Keras.
 *   Without a seed each weight takes the next one of the process's sequence (see `setRandomSeed`).
 * @throws ERR_ARGUMENT for an unknown name, an unknown argument or a wrong value
 *
 * @example
 * const kernel = initializer('example', 'kernelInitializer', 'glorotUniform').create([3, 3, 16, 32]);
 */
export function initializer(label: string, name: string, option: InitializerOption): Initializer {
  if (typeof option === 'object' && option !== null && typeof (option as Initializer).create === 'function') {
    return option as Initializer;
  }
  const className = typeof option === 'string' ? option : option?.className;
  const key = typeof className === 'string' ? className.charAt(0).toUpperCase() + className.slice(1) : '';
  const factory = Object.hasOwn(FACTORIES, key) ? FACTORIES[key] : undefined;
  if (factory === undefined) {
    const names = Object.keys(FACTORIES).map((known) => known.charAt(0).toLowerCase() + known.slice(1));
    throw argumentError(
      label,
      `${name} is not an initialiser`,
      { [name]: option },
      `Known: ${names.join(', ')}`,
    );
  }
  const config = typeof option === 'string' ? {} : ((option as { config?: Config }).config ?? {});
  knownOptions(`${label} ${name}`, config, factory.known);
  return factory.build(key, config);
}

/** The JSON-able form of an initialiser, as `getConfig` of a layer writes it. */
export function initializerConfig(from: Initializer): { className: string; config: Record<string, unknown> } {
  return { className: from.className, config: from.getConfig() };
}
