import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/layerwise.mjs', import.meta.url));
export const fixture = (name: string) => fileURLToPath(new URL(name, import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'layerwise-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The real command, in a process of its own. */
export function layerwise(args: readonly string[], flags: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

export function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Wrong usage: nothing on stdout, the reason and how it is called on stderr, exit code 2. */
export function refuses(args: readonly string[], reason: string): void {
  const { status, stdout, stderr } = layerwise(args);
  expect(stderr).toContain(reason);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
}

/** A bad file or sizes that do not fit: exit code 1. */
export function fails(args: readonly string[], reason: string): void {
  const { status, stdout, stderr } = layerwise(args);
  expect(stderr).toContain(reason);
  expect(stderr).not.toContain('    at ');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
}
