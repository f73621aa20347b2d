import type * as layerwise from '../../../lib/index.js';
import type { Dims } from '../../../lib/shape/dims.js';

type Library = typeof layerwise;

/** A call that was seen: TypeScript that makes it again with the same shapes, and what it gave. */
export interface SeenCall {
  /** The name of the function or the class. */
  readonly callee: string;
  readonly code: string;
  /** The shape of the result, and its dtype where the call tells one. */
  readonly shape: Dims;
  readonly dtype: string | undefined;
}

/** Thrown for an argument that cannot be written down: the call is not recorded. */
class Unwritable extends Error {}

const KEY = /^[A-Za-z_]\w*$/;

/** Watches calls of the library, and keeps those of the case that runs. */
export class Recorder {
  readonly #library: Library;
  #calls: SeenCall[] = [];

  constructor(library: Library) {
    this.#library = library;
  }

  /** The calls since the last time. */
  take(): SeenCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  /** The library with every function of these names watched, and the calls of layers too. */
  watched(functions: ReadonlySet<string>): Library {
    this.#watchLayers();
    const entries = Object.entries(this.#library as unknown as Record<string, unknown>).map(
      ([name, value]) => {
        return [name, functions.has(name) ? this.#watchedFunction(name, value as Called) : value];
      },
    );
    return Object.fromEntries(entries) as unknown as Library;
  }

  #watchedFunction(name: string, call: Called): Called {
    return (...given: unknown[]) => {
      const result = call(...given);
      this.#record(name, () => `lw.${name}(${this.#list(given)})`, result);
      return result;
    };
  }

  #watchLayers(): void {
    const { prototype } = this.#library.Layer;
    const { apply, applyAll, computeOutputShape } = prototype as unknown as Record<string, Called>;
    const record = (layer: layerwise.Layer, method: string, given: unknown, result: unknown) => {
      if (!(layer.className in this.#library) || 'graph' in layer) return;
      const make = () => `new lw.${layer.className}(${this.#write(layer.options)})`;
      this.#record(layer.className, () => `${make()}.${method}(${this.#write(given)})`, result);
    };
    Object.assign(prototype, {
      apply(this: layerwise.Layer, given: unknown, ...rest: unknown[]) {
        const result = apply?.call(this, given, ...rest);
        record(this, 'apply', given, result);
        return result;
      },
      applyAll(this: layerwise.Layer, given: unknown, ...rest: unknown[]) {
        const results = applyAll?.call(this, given, ...rest) as unknown[];
        if (results.length === 1) record(this, 'apply', given, results[0]);
        return results;
      },
      computeOutputShape(this: layerwise.Layer, given: unknown) {
        const result = computeOutputShape?.call(this, given);
        record(this, 'computeOutputShape', given, result);
        return result;
      },
    });
  }

  #record(callee: string, code: () => string, result: unknown): void {
    const made = (result as { output?: unknown } | undefined)?.output ?? result;
    const spec = Array.isArray(made) ? { shape: made as Dims, dtype: undefined } : (made as Spec);
    if (!Array.isArray(spec?.shape) || Array.isArray(spec.shape[0])) return;
    const suffix = made === result ? '' : '.output';
    try {
      this.#calls.push({ callee, code: code() + suffix, shape: spec.shape, dtype: spec.dtype });
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
    }
  }

  #list(values: readonly unknown[]): string {
    const last = values.findLastIndex((value) => value !== undefined);
    return values
      .slice(0, last + 1)
      .map((value) => this.#write(value))
      .join(', ');
  }

  /** A value as TypeScript; a tensor as one of its shape and dtype. */
  #write(value: unknown): string {
    const { Tensor, SymbolicTensor } = this.#library;
    if (value instanceof Tensor || value instanceof SymbolicTensor) {
      const kind = value instanceof Tensor ? 'tensor' : 'symbol';
      return `${kind}<[${value.shape.map(String).join(', ')}], '${value.dtype}'>()`;
    }
    if (value === undefined || value === null || typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (Array.isArray(value)) return `[${this.#list(value)}]`;
    if (typeof value !== 'object' || value.constructor !== Object) throw new Unwritable(String(value));
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{ ${entries
      .map(([key, item]) => `${KEY.test(key) ? key : JSON.stringify(key)}: ${this.#write(item)}`)
      .join(', ')} }`;
  }
}

type Called = (this: unknown, ...given: unknown[]) => unknown;
interface Spec {
  readonly shape: Dims;
  readonly dtype: string;
}
