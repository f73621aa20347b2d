import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isaFaults } from '../../scripts/check-isa.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerwise-isa-'));
  mkdirSync(join(folder, 'lw_kernels_avx2'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a kernel file as the build would, and returns what the check says of its object. */
function faultsOf(source: string): string[] {
  const file = join(folder, 'kernel.cc');
  writeFileSync(file, source);
  const object = join(folder, 'lw_kernels_avx2/kernel.o');
  execFileSync(process.env.CXX ?? 'g++', ['-std=c++20', '-O1', '-c', file, '-o', object]);
  return isaFaults(folder);
}

const CALLER = 'namespace lw_avx2 { int use(int x) { return twice(x); } }';

test('a kernel whose templates live in the namespace of its ISA passes', () => {
  const template = '__attribute__((noinline)) T twice(T x) { return x + x; }';
  expect(faultsOf(`namespace lw_avx2 { template <class T> ${template} }\n${CALLER}`)).toEqual([]);
});

test('a weak function that other ISAs could be merged with fails the check', () => {
  const source = `inline __attribute__((noinline)) int twice(int x) { return x + x; }\n${CALLER}`;
  expect(faultsOf(source)).toEqual([expect.stringMatching(/^avx2: W _Z5twicei in lw_kernels_avx2/)]);
});

test('a strong function outside the namespace of its ISA fails the check', () => {
  const source = `int twice(int x) { return x + x; }\n${CALLER}`;
  expect(faultsOf(source)).toEqual([expect.stringContaining('T _Z5twicei')]);
});
