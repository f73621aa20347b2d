import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { argumentError, formatError } from '../errors.js';
import { checkMemory } from './elements.js';

/** One file of an archive, its bytes still as they are stored. */
export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly read: () => Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const STORED = 0;
const DEFLATED = 8;
/** Deflate cannot shrink anything further than this: who claims more lies. */
const MAX_RATIO = 1032;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly stored: number;
  readonly size: number;
  readonly begin: number;
  readonly dataAt: number;
}

/**
 * The files of a zip archive, by its central directory. Nothing is unpacked before all sizes have been checked: their
 * sum against `maxBytes`, each against what its stored bytes can hold, and that no two files share bytes.
 */
export function readZip(op: string, file: Uint8Array, maxBytes?: number): ZipMember[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records = centralDirectory(op, file, view);
  checkMemory(
    op,
    records.reduce((sum, { size }) => sum + size, 0),
    maxBytes,
  );
  const names = new Set<string>();
  let free = 0;
  for (const { name, begin, dataAt, stored } of [...records].sort((a, b) => a.begin - b.begin)) {
    if (names.has(name)) throw formatError(op, `the archive holds "${name}" twice`);
    names.add(name);
    if (begin < free) throw formatError(op, `"${name}" shares bytes with another file of the archive`);
    free = dataAt + stored;
  }
  return records.map((record) => ({
    name: record.name,
    size: record.size,
    read: () => unpack(op, record, file.subarray(record.dataAt, record.dataAt + record.stored)),
  }));
}

function centralDirectory(op: string, file: Uint8Array, view: DataView): Entry[] {
  const end = endRecord(op, view);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    throw formatError(op, 'zip64 archives are not supported', undefined, 'Save the arrays one by one');
  }
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw formatError(op, 'archives in several parts are not supported');
  }
  if (start + size !== end) throw formatError(op, 'the directory of the archive is not where it should be');
  const records: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) {
      throw formatError(op, 'the directory of the archive is damaged', { entry: i });
    }
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameLength + extra + comment;
    if (next > end) throw formatError(op, 'the directory of the archive is damaged', { entry: i });
    records.push(readRecord(op, file, view, at, start));
    at = next;
  }
  if (at !== end) throw formatError(op, 'the directory of the archive is damaged', { entries: count });
  return records;
}

/** Where the record at the end of the archive begins; a comment may follow it. */
function endRecord(op: string, view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= lowest; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw formatError(op, 'this is no zip archive, or its end is missing');
}

function readRecord(op: string, file: Uint8Array, view: DataView, at: number, limit: number): Entry {
  const name = Buffer.from(file.buffer, file.byteOffset + at + 46, view.getUint16(at + 28, true)).toString(
    'utf8',
  );
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const crc = view.getUint32(at + 16, true);
  const stored = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const begin = view.getUint32(at + 42, true);
  if (flags & 1) throw formatError(op, `"${name}" is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw formatError(op, `"${name}" is compressed in a way that is not supported`, { method });
  }
  if (stored === 0xffffffff || size === 0xffffffff || begin === 0xffffffff) {
    throw formatError(op, `"${name}" needs zip64, which is not supported`);
  }
  if (begin + 30 > limit || view.getUint32(begin, true) !== LOCAL) {
    throw formatError(op, `"${name}" is not where the directory says`);
  }
  const dataAt = begin + 30 + view.getUint16(begin + 26, true) + view.getUint16(begin + 28, true);
  if (dataAt + stored > limit) throw formatError(op, `the archive ends inside "${name}"`);
  if (method === STORED ? size !== stored : size > stored * MAX_RATIO) {
    throw formatError(op, `"${name}" cannot hold the bytes that it claims`, { stored, size });
  }
  return { name, method, crc, stored, size, begin, dataAt };
}

function unpack(op: string, { name, method, crc, size }: Entry, bytes: Uint8Array): Uint8Array {
  let data = bytes;
  if (method === DEFLATED) {
    try {
      data = size === 0 ? inflateRawSync(bytes) : inflateRawSync(bytes, { maxOutputLength: size });
    } catch (cause) {
      throw Object.assign(formatError(op, `"${name}" is damaged: it does not unpack to the size it claims`), {
        cause,
      });
    }
  }
  if (data.length !== size)
    throw formatError(op, `"${name}" is damaged: it does not unpack to the size it claims`);
  if (crc32(data) !== crc) throw formatError(op, `"${name}" is damaged: its checksum does not match`);
  return data;
}

/** A zip archive. Dates are fixed, so that the same content gives the same bytes. */
export function writeZip(
  op: string,
  files: readonly (readonly [string, Uint8Array])[],
  compress: boolean,
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const stored = compress ? deflateRawSync(data, { level: constants.Z_DEFAULT_COMPRESSION }) : data;
    const path = Buffer.from(name, 'utf8');
    const common = commonFields({
      method: compress ? DEFLATED : STORED,
      crc: crc32(data),
      stored: stored.length,
      size: data.length,
      path: path.length,
    });
    const local = Buffer.alloc(30);
    local.writeUInt32LE(LOCAL, 0);
    common.copy(local, 4);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(CENTRAL, 0);
    central.writeUInt16LE(20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(checkOffset(op, at), 42);
    parts.push(local, path, stored);
    directory.push(central, path);
    at += 30 + path.length + stored.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(checkCount(op, files.length), 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(checkOffset(op, at), 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

/** The 26 bytes that the local and the central record share: version to extra length. */
function commonFields(of: {
  method: number;
  crc: number;
  stored: number;
  size: number;
  path: number;
}): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800, 2); // names are UTF-8
  fields.writeUInt16LE(of.method, 4);
  fields.writeUInt16LE(0x0021, 8); // 1980-01-01
  fields.writeUInt32LE(of.crc, 10);
  fields.writeUInt32LE(of.stored, 14);
  fields.writeUInt32LE(of.size, 18);
  fields.writeUInt16LE(of.path, 22);
  return fields;
}

function checkOffset(op: string, offset: number): number {
  if (offset < 0xffffffff) return offset;
  throw argumentError(
    op,
    'the archive would be larger than 4 GiB',
    undefined,
    'Use safetensors, or one .npy per tensor',
  );
}

function checkCount(op: string, count: number): number {
  if (count < 0xffff) return count;
  throw argumentError(op, 'an archive holds at most 65534 arrays', { count });
}
