import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { argumentError, formatError } from '../errors.js';
import { MAX_RANK } from '../shape/dims.js';
import { bytesPerElement, type DType, type TypedArray } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { duplicateKey } from './duplicate-key.js';
import {
  bytesOf,
  checkMemory,
  decode,
  ENCODINGS,
  type Encoding,
  elementsOf,
  needBytes,
  needTensors,
} from './elements.js';

/** The tensors of a file and what it says about itself. */
export interface SafetensorsFile {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/** As the reference reader: a longer header is refused before it is read. */
const MAX_HEADER = 100_000_000;

const READ: Readonly<Record<string, Encoding>> = {
  F16: ENCODINGS.float16,
  BF16: ENCODINGS.bfloat16,
  F32: ENCODINGS.float32,
  F64: ENCODINGS.float64,
  I32: ENCODINGS.int32,
  I64: ENCODINGS.int64,
  U8: ENCODINGS.uint8,
  BOOL: ENCODINGS.bool,
};

const WRITTEN: Readonly<Record<DType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  bool: 'BOOL',
};

interface Entry {
  readonly name: string;
  readonly encoding: Encoding;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Record<string, string>;
}

/** The length of the header, from the first 8 bytes of a file of `size` bytes. */
function headerLength(op: string, first: Uint8Array, size: number): number {
  if (size < 8) throw formatError(op, 'the file ends inside the length of its header', { bytes: size });
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER) throw formatError(op, 'the header is too long', { length, limit: MAX_HEADER });
  if (Number(length) > size - 8)
    throw formatError(op, 'the file ends inside its header', { length, bytes: size });
  return Number(length);
}

/** Parses and checks the header against the number of bytes that follow it. */
function readHeader(op: string, bytes: Uint8Array, dataBytes: number): Header {
  const json = parseJson(op, bytes);
  const metadata = checkMetadata(op, json.get('__metadata__'));
  json.delete('__metadata__');
  const entries = [...json].map(([name, value]) => readEntry(op, name, value));
  checkTiling(op, entries, dataBytes);
  checkMemory(
    op,
    entries.reduce((sum, { encoding, begin, end }) => {
      return sum + ((end - begin) / encoding.bytes) * bytesPerElement(encoding.dtype);
    }, 0),
  );
  return { entries, metadata };
}

function parseJson(op: string, bytes: Uint8Array): Map<string, unknown> {
  if (bytes[0] !== 0x7b) throw formatError(op, 'the header must begin with "{"');
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    json = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(formatError(op, 'the header is no JSON'), { cause });
  }
  const key = duplicateKey(text);
  if (key !== undefined) throw formatError(op, `the header names "${key}" twice`);
  return new Map(Object.entries(json as object));
}

function checkMetadata(op: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isTable || !Object.values(value).every((item) => typeof item === 'string')) {
    throw formatError(op, '__metadata__ must be a table of strings');
  }
  return Object.fromEntries(Object.entries(value)) as Record<string, string>;
}

function readEntry(op: string, name: string, value: unknown): Entry {
  const what = `"${name}"`;
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const encoding = typeof dtype === 'string' && Object.hasOwn(READ, dtype) ? READ[dtype] : undefined;
  if (encoding === undefined) {
    throw formatError(
      op,
      `the dtype of ${what} is not supported`,
      { dtype },
      `Supported: ${Object.keys(READ).join(', ')}`,
    );
  }
  const size = elementsOf(op, what, shape, MAX_RANK);
  const [begin, end] = (Array.isArray(offsets) ? offsets : []) as unknown[];
  const ok = (offset: unknown): offset is number =>
    typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !ok(begin) || !ok(end) || end < begin) {
    throw formatError(op, `the offsets of ${what} must be two integers, the first not above the second`, {
      data_offsets: offsets,
    });
  }
  if (size * encoding.bytes !== end - begin) {
    throw formatError(
      op,
      `the shape of ${what} needs ${size * encoding.bytes} bytes and the offsets give ${end - begin}`,
      {
        shape,
        data_offsets: offsets,
      },
    );
  }
  return { name, encoding, shape: shape as readonly number[], begin, end };
}

/** The tensors must follow one another without a hole or an overlap, up to the end of the file. */
function checkTiling(op: string, entries: readonly Entry[], dataBytes: number): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of sorted) {
    if (begin !== at) {
      throw formatError(
        op,
        `"${name}" ${begin < at ? 'overlaps the tensor before it' : 'leaves a hole before it'}`,
        {
          begin,
          expected: at,
        },
      );
    }
    at = end;
  }
  if (at !== dataBytes) {
    throw formatError(
      op,
      at > dataBytes ? 'the file ends inside its tensors' : 'bytes follow the last tensor',
      {
        tensors: at,
        file: dataBytes,
      },
    );
  }
}

/**
 * The tensors of a safetensors file in memory. F32, F64, I32, I64, U8 and BOOL are read as they are, F16 and BF16 as float32.
 *
 * @param bytes the whole file
 * @throws ERR_FORMAT, naming the tensor, when the file is damaged, is not tiled by its tensors, names one twice, has another
 *   dtype or asks for more memory than there is; nothing is allocated before all checks have passed
 *
 * @example
 * const { tensors } = parseSafetensors(serializeSafetensors({ kernel: ones([3, 3]) }));
 */
export function parseSafetensors(bytes: Uint8Array | ArrayBuffer): SafetensorsFile {
  const op = 'parseSafetensors';
  const file = needBytes(op, bytes);
  const length = headerLength(op, file, file.length);
  const data = file.subarray(8 + length);
  const { entries, metadata } = readHeader(op, file.subarray(8, 8 + length), data.length);
  const tensors = entries.map(({ name, encoding, shape, begin, end }) => {
    return [name, decode(op, `"${name}"`, encoding, shape, data.subarray(begin, end))];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

/**
 * Reads a safetensors file, tensor by tensor: never more in memory than the tensors themselves and one of them as it is stored.
 *
 * @param path the file
 * @throws as `parseSafetensors`, and the errors of the file system
 *
 * @example
 * model.loadWeights(await loadSafetensors('model.safetensors'));
 */
export async function loadSafetensors(path: string | URL): Promise<Record<string, Tensor>> {
  const op = `loadSafetensors "${path}"`;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = headerLength(op, await readExactly(op, file, 0, Math.min(8, size)), size);
    const { entries } = readHeader(op, await readExactly(op, file, 8, length), size - 8 - length);
    const tensors: [string, Tensor][] = [];
    for (const { name, encoding, shape, begin, end } of entries) {
      const bytes = await readExactly(op, file, 8 + length + begin, end - begin);
      tensors.push([name, decode(op, `"${name}"`, encoding, shape, bytes)]);
    }
    return Object.fromEntries(tensors);
  } finally {
    await file.close();
  }
}

/** One read of Node takes at most 2^31 - 1 bytes. */
const MAX_READ = 2 ** 30;

async function readExactly(
  op: string,
  file: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = Math.min(MAX_READ, length - done);
    const { bytesRead } = await file.read(bytes, done, count, position + done);
    if (bytesRead === 0)
      throw formatError(op, 'the file ended while it was read', { position: position + done });
    done += bytesRead;
  }
  return bytes;
}

/** Header and tensors in the order they are written: wide elements first, so that every tensor is aligned. */
function encode(op: string, tensors: unknown, metadata: unknown): Uint8Array[] {
  const entries = needTensors(op, tensors).sort(([a, x], [b, y]) => {
    return bytesPerElement(y.dtype) - bytesPerElement(x.dtype) || (a < b ? -1 : 1);
  });
  const header: Record<string, unknown> = {};
  if (metadata !== undefined) {
    const isTable = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
    if (!isTable || !Object.values(metadata).every((value) => typeof value === 'string')) {
      throw argumentError(op, 'metadata must be a table of strings', { metadata });
    }
    header.__metadata__ = metadata;
  }
  let offset = 0;
  const table = entries.map(([name, tensor]) => {
    if (name === '__metadata__') throw argumentError(op, 'a tensor cannot be called "__metadata__"');
    const begin = offset;
    offset += tensor.byteLength;
    return [name, { dtype: WRITTEN[tensor.dtype], shape: tensor.shape, data_offsets: [begin, offset] }];
  });
  const json = Buffer.from(JSON.stringify({ ...header, ...Object.fromEntries(table) }));
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, 8);
  return [head, ...entries.map(([, tensor]) => bytesOf(tensor.data as TypedArray))];
}

/**
 * A safetensors file in memory.
 *
 * @param tensors tensors by name
 * @param metadata strings by name, kept in the header
 *
 * @example
 * const bytes = serializeSafetensors({ kernel: ones([3, 3, 1, 8]) }, { model: 'lenet' });
 */
export function serializeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  return new Uint8Array(Buffer.concat(encode('serializeSafetensors', tensors, metadata)));
}

/** Writes a safetensors file; parameters as `serializeSafetensors`. */
export async function saveSafetensors(
  path: string | URL,
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFile(path, encode(`saveSafetensors "${path}"`, tensors, metadata));
}
