import { backendOn } from '../backend/device.js';
import { addon } from '../backend/load.js';
import type { BackendName, DeviceName, NativeStore, Precision } from '../backend/native.js';
import { needPrecision } from '../backend/precision.js';
import type { TensorSpec } from '../layers/layer.js';
import { weightGeneration } from '../layers/variable.js';
import { type Compiled, compile, peakBytes, type Traceable, traceGraph } from './compile.js';

/** How many input shapes a model stays compiled for. */
const LIMIT = 8;

/** The most bytes that the widest node of a batch may touch before a long input is cut into several batches. */
const BATCH_BYTES = 2 ** 30;

/** A model whose plans are kept: it can tell when its weights have changed. */
export interface PlanSource extends Traceable {
  /** How its products are multiplied now. */
  precision(): Precision;
  /** Where it runs now. */
  device(): DeviceName;
  /** Changes whenever a weight does. */
  weightVersion(): number;
}

/** What a plan is made for. */
interface Made {
  readonly specs: readonly TensorSpec[];
  readonly backend: BackendName;
  readonly precision: Precision;
}

/** The plans of one model, by precision and input shapes, and the packed weights they share. */
export class Plans {
  readonly #source: PlanSource;
  readonly #plans = new Map<string, Compiled>();
  readonly #batchLimits = new Map<string, number>();
  #store: NativeStore | undefined;
  #generation = -1;
  #version = -1;
  /** What the call before asked for: mostly what the next one asks for too, found without making a key. */
  #last: (Made & { compiled: Compiled }) | undefined;
  #lastLimit: { specs: readonly TensorSpec[]; limit: number } | undefined;

  constructor(source: PlanSource) {
    this.#source = source;
  }

  /** Where they run now. */
  get device(): DeviceName {
    return this.#source.device();
  }

  /** The plan for these inputs, compiled when there is none; least recently used plans make room. */
  get(specs: readonly TensorSpec[]): Compiled {
    this.#dropStale();
    const [backend, precision] = [backendOn(this.#source.device()), this.#source.precision()];
    const last = this.#last;
    if (last?.backend === backend && last.precision === precision && sameSpecs(last.specs, specs)) {
      return last.compiled;
    }
    const key = `${backend}|${precision}|${keyOf(specs)}`;
    let compiled = this.#plans.get(key);
    if (compiled !== undefined) {
      this.#plans.delete(key);
    } else {
      needPrecision(this.#source.label, precision, backend);
      this.#store ??= addon().createStore();
      compiled = compile(this.#source, specs, { backend, precision, store: this.#store });
      if (this.#plans.size >= LIMIT) this.#plans.delete(this.#plans.keys().next().value as string);
    }
    this.#plans.set(key, compiled);
    this.#last = { specs, backend, precision, compiled };
    return compiled;
  }

  /** How many samples of these inputs go through at once when the caller does not say. */
  batchLimit(specs: readonly TensorSpec[]): number {
    if (this.#lastLimit && sameSpecs(this.#lastLimit.specs, specs)) return this.#lastLimit.limit;
    const single = specs.map(({ shape, dtype }) => ({ shape: [1, ...shape.slice(1)], dtype }));
    const key = keyOf(single);
    let limit = this.#batchLimits.get(key);
    if (limit === undefined) {
      limit = Math.max(1, Math.floor(BATCH_BYTES / peakBytes(traceGraph(this.#source, single))));
      if (this.#batchLimits.size >= LIMIT) this.#batchLimits.clear();
      this.#batchLimits.set(key, limit);
    }
    this.#lastLimit = { specs, limit };
    return limit;
  }

  /** Forgets all plans: the model has other layers now. */
  reset(): void {
    this.#plans.clear();
    this.#batchLimits.clear();
    this.#last = undefined;
    this.#lastLimit = undefined;
    this.#store = undefined;
  }

  #dropStale(): void {
    const generation = weightGeneration();
    if (generation === this.#generation) return;
    const version = this.#source.weightVersion();
    if (version !== this.#version) this.reset();
    this.#generation = generation;
    this.#version = version;
  }
}

const keyOf = (specs: readonly TensorSpec[]): string =>
  specs.map(({ shape, dtype }) => `${dtype}[${shape.join()}]`).join();

function sameSpecs(a: readonly TensorSpec[], b: readonly TensorSpec[]): boolean {
  return a.every(({ shape, dtype }, i) => {
    const other = b[i] as TensorSpec;
    if (dtype !== other.dtype || shape.length !== other.shape.length) return false;
    for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== other.shape[axis]) return false;
    return true;
  });
}
