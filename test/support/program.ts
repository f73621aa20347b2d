import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a TypeScript program in a process of its own; `env` is added to this one's. */
export async function runProgram(program: URL, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const file = fileURLToPath(program);
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, output: output.trim(), errors: errors.trim() };
}
