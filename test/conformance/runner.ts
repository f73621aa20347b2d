import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BackendName, LayerwiseError, withBackend } from '../../lib/index.js';
import { ADAPTERS } from './adapters/index.js';
import { type Case, Unknown } from './case.js';
import { excluded } from './exclusions.js';

export interface Failure {
  readonly name: string;
  readonly file: string;
  readonly reason: string;
}

export interface Result {
  passed: number;
  failed: number;
  excluded: number;
  failures: Failure[];
  byFile: Record<string, { passed: number; failed: number }>;
}

export interface RunOptions {
  readonly only?: RegExp;
  readonly backend?: BackendName;
  readonly onFailure?: (failure: Failure) => void;
  /** Called after each case that is not excluded. */
  readonly onEnd?: (name: string, passed: boolean) => void;
}

/** All JSON files below a folder that hold arrays of cases, by path. */
function caseFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && statSync(join(folder, name)).isFile())
    .sort();
}

/** The source of a case is the first part of its name: keras, onnx, tfjs or torch. */
function adapterOf(testCase: Case) {
  const source = testCase.name.split('/')[0] as string;
  const adapter = ADAPTERS[source];
  if (adapter === undefined) throw new Unknown(`source ${source}`);
  return adapter;
}

/** A case that must be refused passes when a coded error is thrown (a missing addon is none); every other one when its adapter throws nothing. */
function runCase(testCase: Case): void {
  const mustThrow = testCase.error !== undefined;
  try {
    adapterOf(testCase)(testCase);
  } catch (error) {
    if (mustThrow && error instanceof LayerwiseError && error.code !== 'ERR_NATIVE') return;
    throw error;
  }
  if (mustThrow) throw new Error(`expected an error (${testCase.error?.message ?? testCase.error?.type})`);
}

/** Runs every case below `folder`. */
export function conformance(folder: string, options: RunOptions = {}): Result {
  const result: Result = { passed: 0, failed: 0, excluded: 0, failures: [], byFile: {} };
  const body = () => {
    for (const file of caseFiles(folder)) runFile(folder, file, options, result);
  };
  if (options.backend) withBackend(options.backend, body);
  else body();
  return result;
}

function runFile(folder: string, file: string, options: RunOptions, result: Result): void {
  const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;
  if (!Array.isArray(cases)) return;
  const name = relative('.', file);
  for (const testCase of cases as Case[]) {
    if (typeof testCase.name !== 'string' || !(options.only?.test(testCase.name) ?? true)) continue;
    if (excluded(testCase) !== undefined) {
      result.excluded++;
      continue;
    }
    result.byFile[name] ??= { passed: 0, failed: 0 };
    const counts = result.byFile[name];
    try {
      runCase(testCase);
      counts.passed++;
      result.passed++;
      options.onEnd?.(testCase.name, true);
    } catch (error) {
      counts.failed++;
      result.failed++;
      const reason =
        error instanceof Unknown ? `not known: ${error.message}` : String((error as Error).message ?? error);
      const failure = { name: testCase.name, file: name, reason };
      result.failures.push(failure);
      options.onFailure?.(failure);
      options.onEnd?.(testCase.name, false);
    }
  }
}
