import { readOptions } from '../check.js';
import { argumentError, dtypeError, shapeError } from '../errors.js';
import type { Variable } from '../layers/variable.js';
import { isFloat } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';

export interface LoadWeightsOptions {
  /** Refuse names that the model does not have, and weights that are not given. Default true. */
  readonly strict?: boolean;
  /**
   * The model's name of a weight for a name in the file: a table, or a function. Names without an entry stay as they
   * are; `null` leaves the tensor out.
   */
  readonly rename?: Readonly<Record<string, string | null>> | ((name: string) => string | null);
}

/** Sets weights by name; nothing changes unless everything fits. */
export function loadWeights(
  label: string,
  variables: ReadonlyMap<string, Variable>,
  tensors: unknown,
  options?: LoadWeightsOptions,
): void {
  const { strict = true, rename } = readOptions(`${label} loadWeights`, options, ['strict', 'rename']);
  if (
    typeof tensors !== 'object' ||
    tensors === null ||
    tensors instanceof Tensor ||
    Array.isArray(tensors)
  ) {
    throw argumentError(label, 'loadWeights takes tensors by name', { tensors }, 'Use setWeights for a list');
  }
  const given = new Map<string, { from: string; tensor: Tensor }>();
  for (const [from, tensor] of tensors instanceof Map ? tensors : Object.entries(tensors)) {
    const name = renamed(from, rename);
    if (name === null) continue;
    const before = given.get(name);
    if (before !== undefined) {
      throw argumentError(label, `"${before.from}" and "${from}" both give the weight "${name}"`);
    }
    if (!(tensor instanceof Tensor))
      throw argumentError(label, `"${from}" must be a tensor`, { [from]: tensor });
    given.set(name, { from, tensor });
  }
  if (strict) checkNames(label, [...variables.keys()], [...given.keys()]);
  const updates: [Variable, Tensor][] = [];
  for (const [name, variable] of variables) {
    const tensor = given.get(name)?.tensor;
    if (tensor !== undefined) updates.push([variable, fitted(`${label} weight "${name}"`, variable, tensor)]);
  }
  for (const [variable, tensor] of updates) variable.check(tensor);
  for (const [variable, tensor] of updates) variable.assign(tensor);
}

function renamed(name: string, rename: LoadWeightsOptions['rename']): string | null {
  if (typeof rename === 'function') return rename(name);
  return rename !== undefined && Object.hasOwn(rename, name) ? (rename[name] ?? null) : name;
}

function checkNames(label: string, names: readonly string[], given: readonly string[]): void {
  const missing = names.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !names.includes(name));
  if (missing.length === 0 && unknown.length === 0) return;
  throw argumentError(
    label,
    'the names of the weights do not match the model',
    { missing, unknown },
    'Give { rename } to translate names, or { strict: false } to load those that match',
  );
}

/** The tensor in the dtype of the weight: files often hold another precision. */
function fitted(label: string, variable: Variable, tensor: Tensor): Tensor {
  if (tensor.shape.join() !== variable.shape.join() || tensor.rank !== variable.shape.length) {
    throw shapeError(label, 'the tensor does not have the shape of the weight', {
      weight: variable.shape,
      tensor: tensor.shape,
    });
  }
  if (tensor.dtype === variable.dtype) return tensor;
  if (!isFloat(tensor.dtype)) {
    throw dtypeError(label, `a ${variable.dtype} weight cannot be read from ${tensor.dtype}`);
  }
  const data =
    variable.dtype === 'float32'
      ? Float32Array.from(tensor.data as Float64Array)
      : Float64Array.from(tensor.data as Float32Array);
  return new Tensor(data as Float32Array, tensor.shape, variable.dtype as 'float32') as Tensor;
}
