import { readFile, writeFile } from 'node:fs/promises';
import { boolean, integer, readOptions } from '../check.js';
import { formatError } from '../errors.js';
import { memoryLimit } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { needBytes, needTensors } from './elements.js';
import { readNpy, serializeNpy } from './npy.js';
import { readZip, writeZip } from './zip.js';

export interface NpzReadOptions {
  /** The most bytes that the unpacked arrays may take together. Default: the memory of the machine or its container. */
  readonly maxBytes?: number;
}

export interface NpzWriteOptions {
  /** Deflate the arrays, as `numpy.savez_compressed`. Default false. */
  readonly compress?: boolean;
}

/**
 * The tensors of a NumPy `.npz` archive in memory, by name.
 *
 * @param bytes the whole file, stored or deflated
 * @param options `maxBytes`: the most bytes that the arrays may unpack to
 * @throws ERR_FORMAT, naming the array, when the archive is damaged, claims sizes it cannot hold or that do not fit into
 *   `maxBytes`, needs zip64, or holds anything but `.npy` files of numbers
 *
 * @example
 * const { kernel } = parseNpz(serializeNpz({ kernel: ones([3, 3]) }));
 */
export function parseNpz(bytes: Uint8Array | ArrayBuffer, options?: NpzReadOptions): Record<string, Tensor> {
  return readNpz('parseNpz', needBytes('parseNpz', bytes), options);
}

function readNpz(op: string, file: Uint8Array, options?: NpzReadOptions): Record<string, Tensor> {
  const { maxBytes = memoryLimit() } = readOptions(op, options, ['maxBytes']);
  integer(op, 'maxBytes', maxBytes);
  const members = readZip(op, file, maxBytes);
  for (const { name } of members) {
    if (!name.endsWith('.npy')) throw formatError(op, `"${name}" is no .npy file`);
  }
  return Object.fromEntries(
    members.map(({ name, read }) => {
      return [name.slice(0, -'.npy'.length), readNpy(`${op} "${name}"`, read())];
    }),
  );
}

/**
 * A `.npz` archive in memory, such as `numpy.load` reads.
 *
 * @param tensors tensors by name
 * @param options `compress`: deflate the arrays (default false)
 */
export function serializeNpz(
  tensors: Readonly<Record<string, Tensor>>,
  options?: NpzWriteOptions,
): Uint8Array {
  const op = 'serializeNpz';
  const { compress = false } = readOptions(op, options, ['compress']);
  boolean(op, 'compress', compress);
  const files = needTensors(op, tensors).map(
    ([name, tensor]) => [`${name}.npy`, serializeNpy(tensor)] as const,
  );
  return writeZip(op, files, compress);
}

/** Reads a `.npz` file; as `parseNpz`. @example model.loadWeights(await loadNpz('weights.npz')); */
export async function loadNpz(path: string | URL, options?: NpzReadOptions): Promise<Record<string, Tensor>> {
  return readNpz(`loadNpz "${path}"`, await readFile(path), options);
}

/** Writes a `.npz` file; as `serializeNpz`. */
export async function saveNpz(
  path: string | URL,
  tensors: Readonly<Record<string, Tensor>>,
  options?: NpzWriteOptions,
): Promise<void> {
  await writeFile(path, serializeNpz(tensors, options));
}
